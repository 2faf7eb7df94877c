"""`cage rehearse`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cage.cli import drawing, options
from cage.cli.ending import Ending
from cage.cli.exit_codes import FINDINGS, PROMOTED

if TYPE_CHECKING:
    from cage.model.events import Event
    from cage.rehearsal.incidents.incident import Incident
    from cage.rehearsal.script import Act, Script


@click.command("rehearse")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    click.option(
        "--incident",
        "incidents",
        multiple=True,
        metavar="NAME",
        help="What goes wrong; repeatable; all for each in turn.",
    ),
    click.option("--list-incidents", is_flag=True, help="List the incidents."),
    click.option(
        "--seed",
        type=int,
        default=0,
        show_default=True,
        help="Decides all chance; without DIR also what is rehearsed.",
    ),
    click.option(
        "--draw",
        "drawn",
        metavar="TEXT",
        help="Rehearse what a draw's line says, instead of what the seed draws.",
    ),
    options.CLUSTER,
    options.CANARY_INSTANCE_ARN,
    options.UPDATE_SERVICE,
    *options.CHECKS,
    *options.APPROVAL,
    options.FLOOR,
    options.NO_VERIFY,
    options.IDLE,
    options.RUNNING,
    options.HEALTH_CHECK,
    options.STOPPED,
    options.STABLE,
    options.JSON,
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> Ending | int:
    """Roll out in a simulated ECS, in virtual time, with incidents if you like.

    The world is furnished from DIR's files: whatever they name exists there. The service is
    brought up at its present revision and then rolled out; each line shows virtual minutes
    and seconds. The table at the end compares with a plain update-service. Without DIR, the
    seed draws everything: the service's shape and files, the incidents and the timings.

    Exit codes: 0 every rollout ended as it should; 1 one didn't, or broke a promise of
    cage's; 2 usage or files.
    """
    try:
        import moto  # noqa: F401
    except ImportError:
        raise click.UsageError(
            "The simulator isn't installed: pip install 'canarycage[local]'."
        ) from None
    from cage.rehearsal.incidents.catalog import CATALOG

    if flags["list_incidents"]:
        width = max(map(len, CATALOG))
        for incident in CATALOG.values():
            click.echo(f"{incident.name:<{width}}  {incident.summary}")
        return 0
    if directory is None and (flags["drawn"] is not None or _given("seed")):
        return drawing.rehearse(flags)
    if directory is None:
        raise click.UsageError(
            "Name the directory that holds the definition files, or a --seed to draw from."
        )
    if flags["drawn"] is not None:
        raise click.UsageError("--draw says all that is rehearsed: leave the directory out.")
    chosen = incidents_of(flags["incidents"], CATALOG)
    return _rehearse(script_of(directory, flags), chosen, flags)


def _given(parameter: str) -> bool:
    """Tell whether a parameter was given on the command line."""
    source = click.get_current_context().get_parameter_source(parameter)
    return source is not ParameterSource.DEFAULT


_NONE = "none"
"""What the table calls a rollout in which nothing goes wrong."""


def incidents_of(names: tuple[str, ...], catalogue: dict[str, Incident]) -> list[Incident | None]:
    """Return the incidents to rehearse; None is a rollout in which nothing goes wrong."""
    if not names:
        return [None]
    if "all" in names:
        return [None, *catalogue.values()]
    unknown = [name for name in names if name not in {_NONE, *catalogue}]
    if unknown:
        from cage.definitions.spelling import nearest

        near = nearest(unknown[0], catalogue)
        meant = f" Did you mean {near!r}?" if near else ""
        raise click.UsageError(
            f"There is no incident {unknown[0]}.{meant} "
            "List them with: cage rehearse --list-incidents"
        )
    return [catalogue.get(name) for name in names]


def script_of(directory: Path, flags: dict[str, Any]) -> Script:
    """Return what is rehearsed: the files of a directory, as for a rollout."""
    from cage.cli import compose, files
    from cage.model.errors import DefinitionError, UsageError
    from cage.rehearsal.script import Script

    found = files.definitions(
        directory,
        {**flags, "task_definition_arn": None, "service": None},
        needs_service=True,
        ask=False,
    )
    if found.incomplete:
        raise DefinitionError(
            "The rollout can't be rehearsed: it hangs on values that are looked up",
            tuple(map(str, found.incomplete)),
            "Write them as variables with a default, as ${NAME:-80}",
        )
    files.warn(found)
    request = compose.request(flags, found, "")
    if found.service is None or found.task_definition is None:
        raise UsageError(
            "A rehearsal needs both definition files.",
            "CAGE_TASK_DEFINITION_ARN is set, and the simulator knows no revision of AWS's.",
            "Unset it for the rehearsal.",
        )
    return Script(
        service={**found.service, "serviceName": request.service},
        task_definition=found.task_definition,
        seed=flags["seed"],
        cluster=request.cluster,
        instance=request.canary_instance,
        update_service=request.update_service,
        floor=request.floor,
        verify=request.verify,
        lock=request.lock_as is not None,
        timeouts=request.timeouts,
        asked=request.asked,
    )


def _rehearse(script: Script, chosen: list[Incident | None], flags: dict[str, Any]) -> Ending:
    """Rehearse each in turn, print stories and table, and tell whether all is as it should be."""
    from cage.cli import running
    from cage.rehearsal.invariants import Run, violations
    from cage.rehearsal.script import with_cage, with_update_service
    from cage.wording.rehearsal import Row, only_what_matters, table

    brief = len(chosen) > 1 and not flags["reports"] and not flags["as_json"]
    reporting, kind = running.reporting(), running.on_stdout(flags, "plain")
    sinks = reporting.open(running.reports(flags, "plain"), rehearsed=True)
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
        run = Run(script, wrong, act, tuple(told), before, usual=incident is not None)
        broken += [f"{name}: {said}" for said in violations(run)]
        works = works and (incident is not None or _promoted(act))
        rows.append(_row(name, act, plain))
    out = sys.stderr if kind == "json" else sys.stdout
    out.write("\n" + table(rows))
    lines = [f"BROKEN PROMISE (seed {script.seed}): {line}" for line in broken]
    if not works:
        lines.append("Without an incident it isn't promoted: these files don't work.")
    if lines:
        return Ending(
            FINDINGS, "broken-promise" if broken else "not-promoted", lines[0], lines=tuple(lines)
        )
    return Ending(PROMOTED)


def _promoted(act: Act) -> bool:
    from cage.model.outcome import Promoted

    return act.result is not None and isinstance(act.result.outcome, Promoted)


def _row(name: str, act: Act, plain: Act) -> Any:
    from cage.wording.rehearsal import Row

    result = act.result
    return Row(
        name,
        outcome=type(result.outcome).__name__ if result else "Refused",
        changed=changed_word(act),
        with_cage=f"{act.fewest} of {act.before}",
        with_update=f"{plain.fewest} of {plain.before}" if plain.happened else "didn't happen",
        took_s=act.took_s,
    )


def changed_word(act: Act) -> str:
    """Say in a word whether the service was changed."""
    from cage.model.outcome import RolledBack

    result = act.result
    if result is None:
        return "no"
    if isinstance(result.outcome, RolledBack):
        return "put back"
    return "no" if result.service_intact else "yes"
