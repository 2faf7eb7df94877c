"""`cage local`."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.cli import options

if TYPE_CHECKING:
    from cage.rehearsal.incidents.incident import Incident
    from cage.rehearsal.stage import Stage


_LOOK_S = 0.5


@click.command("local")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=4566,
        metavar="PORT",
        help="Where to listen on 127.0.0.1; 0 for any free port.  [default: 4566]",
    ),
    click.option(
        "--time-scale",
        type=click.FloatRange(1, 1000),
        default=1,
        metavar="TIMES",
        help="How many times as fast as real time it lives, 1 to 1000.  [default: 1]",
    ),
    click.option(
        "--incident",
        "incidents",
        multiple=True,
        metavar="NAME",
        help="What goes wrong; repeatable. See cage rehearse --list-incidents.",
    ),
    click.option("--seed", type=int, default=0, show_default=True, help="Decides all chance."),
    options.CLUSTER,
    options.CANARY_INSTANCE_ARN,
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> int:
    """Serve a simulated ECS on loopback, for the aws CLI, boto3, cage or any other AWS client.

    With DIR the service of its definition files is there and steady, and whatever they name
    exists. Without DIR the account is empty. ECS and target groups are the simulator's;
    other services are moto's. Timestamps in answers are real, whatever the time scale.

    Exit codes: 0 stopped by SIGINT or SIGTERM; 1 cage itself broke; 2 usage or files.
    """
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        import moto  # noqa: F401
    except ImportError:
        raise click.UsageError(
            "The simulator isn't installed: pip install 'canarycage[local]'."
        ) from None
    from cage.model.errors import UsageError
    from cage.rehearsal.account import open_account
    from cage.rehearsal.stage import REGION
    from ecs_simulator import PortError, Simulator

    stage = _stage(directory, flags)
    incidents = _incidents(stage, flags["incidents"])
    refused: list[str] = []
    with Simulator(flags["seed"], region=REGION) if stage is None else stage.simulator as simulator:
        try:
            url = simulator.serve(port=flags["port"], time_scale=flags["time_scale"])
        except PortError as error:
            what, why = error.args
            then = "Name another with --port, or 0 for any that is free."
            raise UsageError(what, why, then) from None
        if stage is not None:
            with simulator.api.turn:  # it lives already
                for incident in incidents:
                    incident.arm(stage)  # only now: some look at the clients' clock
                refused = open_account(stage).refused
        if not over.is_set():
            sys.stdout.write(_greeting(url, REGION, stage, refused))
            sys.stdout.flush()
        while not over.wait(_LOOK_S):
            # A signal that comes just before a wait begins doesn't end it: Python runs its
            # handler only once the wait is over.
            pass
    sys.stdout.write("Stopped.\n")
    return 0


def _stage(directory: Path | None, flags: dict[str, Any]) -> Stage | None:
    """Return the stage that the files furnish; None without files."""
    from cage.cli.rehearse import script_of
    from cage.model.errors import UsageError

    if directory is None:
        return None
    script = script_of(directory, {**flags, "update_service": None})
    try:
        return script.stage()
    except RuntimeError as error:
        raise UsageError(
            "The service of these files can't be served.", f"{error}", "See cage check."
        ) from None


def _incidents(stage: Stage | None, names: tuple[str, ...]) -> list[Incident]:
    """Return the incidents that are to happen, each of which can."""
    from cage.cli.rehearse import incidents_of
    from cage.rehearsal.incidents.catalog import CATALOG

    if "all" in names:
        raise click.UsageError("Incidents happen together here: name those that are to happen.")
    found = [incident for incident in incidents_of(names, CATALOG) if incident is not None]
    if found and stage is None:
        raise click.UsageError("An incident happens to a service: name the directory of one.")
    for incident in found:
        if incident.family == "operator":
            raise click.UsageError(f"{incident.name} happens to who rolls out: do it there.")
        reason = None if stage is None else incident.inapplicable(stage)
        if reason is not None:
            raise click.UsageError(f"{incident.name} can't happen to this service: {reason}.")
    return found


def _greeting(url: str, region: str, stage: Stage | None, refused: list[str]) -> str:
    """Return what is printed when the endpoint is ready."""
    there = "The account is empty."
    if stage is not None:
        there = f"Service {stage.service_name} in cluster {stage.cluster} is steady."
    there = "\n".join((there, *(f"Not there, since moto refuses it: {each}" for each in refused)))
    return (
        f"Serving a simulated ECS on {url}\n{there}\n"
        "Paste this where your AWS client runs:\n\n"
        f"export AWS_ENDPOINT_URL={url}\n"
        f"export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n"
        "export AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated\n\n"
        "Ready. Ctrl-C stops it.\n"
    )
