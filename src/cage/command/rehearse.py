"""Rehearsing a rollout of definition files: the work of `cage rehearse`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from cage.command import drawing, files, running
from cage.command.ending import Ending
from cage.command.exit_codes import FINDINGS, PROMOTED
from cage.definitions.spelling import nearest
from cage.model import other_deployers
from cage.model.errors import DefinitionError, UsageError
from cage.model.events import Event
from cage.model.outcome import Promoted, RolledBack, StillFinishing
from cage.options import output
from cage.options.invocation import Invocation
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.invariants import Run, violations
from cage.rehearsal.script import LOCK_HOLDER, Act, Script, with_cage, with_update_service
from cage.rehearsal.stage import REGION, Stage
from cage.wording.endings import title
from cage.wording.rehearsal import Row, only_what_matters, table

_NONE = "none"
"""The table's name for a rollout in which nothing goes wrong."""


def list_incidents() -> int:
    """Print every incident with its description."""
    width = max(map(len, CATALOG))
    for incident in CATALOG.values():
        sys.stdout.write(f"{incident.name:<{width}}  {incident.summary}\n")
    return PROMOTED


def run(
    call: Invocation, names: tuple[str, ...], drawn: str | None, seed: int, *, draws: bool
) -> Ending:
    """Rehearse the files of a directory, or the draw of a seed.

    Args:
        names: The incidents.
        drawn: A draw's line, which specifies the complete rehearsal.
        draws: Whether to rehearse a draw if no directory is specified.

    Raises:
        UsageError: Nothing to rehearse is specified, or it can't be rehearsed.
        DefinitionError: The files can't be used.
    """
    if draws and (call.directory is None or call.assumed):
        if names:
            raise UsageError(
                "The seed draws the incidents too.", "", "Specify a directory, or use --draw."
            )
        return drawing.rehearse(call, drawn, seed)
    if call.directory is None:
        raise UsageError(
            "There is nothing to rehearse.",
            "",
            "Specify the directory of the definition files, or a --seed to draw from.",
        )
    if drawn is not None:
        raise UsageError("--draw says all that is rehearsed.", "", "Remove the directory.")
    script, chosen = script_of(call, seed=seed), incidents_of(names)
    if "all" not in names and any(chosen):
        require_possible(script.stage(), chosen)
    return _rehearse(script, chosen, call)


def require_possible(stage: Stage, chosen: Sequence[Incident | None]) -> None:
    """Require that each incident can happen to the service.

    Raises:
        UsageError: One of them can't.
    """
    for incident in filter(None, chosen):
        reason = incident.inapplicable(stage)
        if reason is not None:
            raise UsageError(
                f"Incident {incident.name} can't happen to service {stage.service_name}: {reason}.",
                "",
                "Specify another incident, or --incident all for those that can.",
            )


def incidents_of(names: tuple[str, ...]) -> list[Incident | None]:
    """Return the incidents to rehearse; None means a rollout in which nothing goes wrong."""
    if not names:
        return [None]
    if "all" in names:
        return [None, *CATALOG.values()]
    unknown = [name for name in names if name not in {_NONE, *CATALOG}]
    if unknown:
        near = nearest(unknown[0], CATALOG)
        raise UsageError(
            f"Incident {unknown[0]} not found.",
            f"Did you mean {near}?" if near else "",
            "To list all of them, run: cage rehearse --list-incidents",
        )
    return [CATALOG.get(name) for name in names]


def script_of(call: Invocation, *, seed: int) -> Script:
    """Return the rehearsed request: the files of a directory, read like for a rollout."""
    # The simulated account has its own Region and doesn't know AWS's revisions.
    said = {**call.given, "region": REGION}
    hidden = ("CAGE_TASK_DEFINITION_ARN", "CAGE_SERVICE")
    environ = {name: value for name, value in call.environ.items() if name not in hidden}
    call = dataclasses.replace(call, given=said, environ=environ)
    found = files.definitions(call, needs_service=True, ask=False)
    if found.incomplete:
        raise DefinitionError(
            "The rollout can't be rehearsed: it depends on values that are looked up",
            tuple(map(str, found.incomplete)),
            "Write them as variables with a default, like ${NAME:-80}",
        )
    files.warn(found)
    request = call.request(found.service, found.task_definition)
    if found.service is None or found.task_definition is None:
        raise UsageError("A rehearsal needs both definition files.", "", "Remove --only.")
    other_deployers.require_none(found.service, request.service)
    service = {**found.service, "serviceName": request.service}
    request = dataclasses.replace(
        request,
        cluster=request.cluster.rpartition("/")[2],
        service_definition=service,
        directory="",
        lock_as=LOCK_HOLDER if request.lock_as else None,
    )
    return Script(request, seed)


def _rehearse(script: Script, chosen: list[Incident | None], call: Invocation) -> Ending:
    """Rehearse each incident in turn, print the stories and the table, and return the ending."""
    brief = len(chosen) > 1 and not call.value(output.REPORTS) and not call.value(output.JSON)
    reporting, kind = running.reporting(), running.on_stdout(call, "plain")
    sinks = reporting.open(running.reports(call, "plain"), rehearsed=True)
    if brief:
        sinks = (only_what_matters(sinks[0]),)
    rows: list[Row] = []
    broken: list[str] = []
    works = True
    for incident in chosen:
        name = incident.name if incident else _NONE
        stage = script.stage()
        reason = incident.inapplicable(stage) if incident else None
        if reason is not None:
            rows.append(Row(name, f"doesn't apply: {reason}"))
            continue
        told: list[Event] = []
        if len(chosen) > 1 and kind != "json":
            sys.stdout.write(f"\n== {name}\n")
        act = with_cage(script, incident, (told.append, *sinks))
        plain = with_update_service(script, incident)
        if act.error is not None:
            raise act.error
        wrong = (incident,) if incident else ()
        before = stage.service.primary.revision.arn
        run = Run(script, wrong, act, tuple(told), before, usual=_is_usual(script, incident))
        broken += [f"{name}: {said}" for said in violations(run)]
        works = works and (incident is not None or _works(script, act))
        rows.append(_row(name, act, plain))
    out = sys.stderr if kind == "json" else sys.stdout
    out.write("\n" + table(rows))
    lines = [f"BROKEN PROMISE (seed {script.seed}): {line}" for line in broken]
    if not works:
        lines.append("Without an incident the rollout isn't promoted: these files don't work.")
    if lines:
        return Ending(
            FINDINGS, "broken-promise" if broken else "not-promoted", lines[0], lines=tuple(lines)
        )
    return Ending(PROMOTED)


def _is_usual(script: Script, incident: Incident | None) -> bool:
    """Return whether the right outcome is clear: that of the incident's file."""
    request = script.request
    kept = request.on_failure != "rollback" or request.wait_for_turn_s is not None
    kept = kept or request.on_pause == "leave" or request.no_canary
    kept = kept or request.timeouts.stable_s is not None
    return incident is not None and not kept and request.floor is None


def _works(script: Script, act: Act) -> bool:
    """Return whether a rollout in which nothing goes wrong ended as it was requested to."""
    outcome = act.result.outcome if act.result is not None else None
    request = script.request
    leaves = request.on_pause == "leave" or request.timeouts.stable_s is not None
    left = isinstance(outcome, StillFinishing) and leaves
    return left or isinstance(outcome, Promoted)


def _row(name: str, act: Act, plain: Act) -> Row:
    result = act.result
    return Row(
        name,
        outcome=title(result.outcome) if result else "Refused",
        changed=changed_word(act),
        serving=f"{act.fewest_serving} of {act.before}",
        with_cage=f"{act.fewest} of {act.before}",
        with_update=f"{plain.fewest} of {plain.before}" if plain.happened else "n/a",
        took_s=act.took_s,
    )


def changed_word(act: Act) -> str:
    """Return a word for whether the service was changed."""
    result = act.result
    if result is None:
        return "no"
    if isinstance(result.outcome, RolledBack):
        return "rolled back"
    return "no" if result.service_intact else "yes"
