"""Rehearsing the creation of a service: the work of `cage rehearse --up`."""

from __future__ import annotations

import sys

from cage.command import rehearse, running
from cage.command.ending import Ending
from cage.command.exit_codes import FINDINGS, PROMOTED
from cage.model.errors import UsageError
from cage.model.outcome import Promoted
from cage.options import output
from cage.options.invocation import Invocation
from cage.rehearsal.creation import FAMILIES, create, fits
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.script import Script
from cage.wording.rehearsal import only_what_matters


def run(call: Invocation, names: tuple[str, ...], seed: int, *, canary: bool) -> Ending:
    """Rehearse the creation of the service of a directory's files.

    Args:
        names: The incidents.
        canary: Whether to check a canary task before the service exists.

    Raises:
        UsageError: Nothing to rehearse is specified, or it can't be rehearsed.
        DefinitionError: The files can't be used.
    """
    if call.directory is None:
        raise UsageError(
            "There is nothing to rehearse.", "", "Specify the directory of the definition files."
        )
    script = rehearse.script_of(call, seed=seed)
    chosen = _possible(script, names)
    brief = len(chosen) > 1 and not call.value(output.REPORTS) and not call.value(output.JSON)
    sinks = running.reporting().open(running.reports(call, "plain"), rehearsed=True)
    if brief:
        sinks = (only_what_matters(sinks[0]),)
    lines: list[str] = []
    for incident in chosen:
        name = incident.name if incident else "none"
        if len(chosen) > 1 and running.on_stdout(call, "plain") != "json":
            sys.stdout.write(f"\n== {name}\n")
        made = create(script, incident, sinks, canary=canary)
        lines += [f"BROKEN PROMISE (seed {seed}): {name}: {line}" for line in made.broken]
        if incident is None and not isinstance(made.result.outcome, Promoted):
            lines.append("Without an incident the service isn't steady: these files don't work.")
    if lines:
        kind = "broken-promise" if lines[0].startswith("BROKEN") else "not-promoted"
        return Ending(FINDINGS, kind, lines[0], lines=tuple(lines))
    return Ending(PROMOTED)


def _possible(script: Script, names: tuple[str, ...]) -> list[Incident | None]:
    """Return the incidents to rehearse; all: those that can happen to a service's first tasks.

    Raises:
        UsageError: One of them can't.
    """
    found = rehearse.incidents_of(names)
    fit = [one for one in found if one is None or fits(one)]
    unfit = [one.name for one in found if one is not None and one not in fit]
    if unfit and "all" not in names:
        raise UsageError(
            f"Incident {unfit[0]} can't happen to a service that doesn't exist yet.",
            f"Those of {', '.join(sorted(FAMILIES))} can.",
            "Leave out --up to rehearse it in a rollout.",
        )
    if not any(fit):
        return fit
    stage = script.stage()
    if "all" not in names:
        rehearse.require_possible(stage, fit)
    return [one for one in fit if one is None or one.inapplicable(stage) is None]
