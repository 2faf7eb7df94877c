"""`cage local`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation
    from cage.rehearsal.incidents.incident import Incident
    from cage.rehearsal.stage import Stage

_LOOK_S = 0.5


def _port() -> Knob:
    from cage.knobs.kinds import whole
    from cage.knobs.knob import flag

    return flag(
        "--port",
        whole(0, 65535, "PORT"),
        "Where to listen on 127.0.0.1; 0 picks a free port.",
        default=4566,
        heading="Rehearsal",
    )


def _time_scale() -> Knob:
    from cage.knobs.kinds import Number
    from cage.knobs.knob import flag

    return flag(
        "--time-scale",
        Number(1, 1000, metavar="TIMES"),
        "How many times as fast as real time it runs, 1 to 1000.",
        default=1.0,
        heading="Rehearsal",
    )


def _settings() -> Sequence[Knob]:
    from cage.options import groups, output
    from cage.options.request import field_of
    from cage.verbs.rehearse import incidents, seed

    return (
        output.DIRECTORY,
        *groups.FILES,
        _port(),
        _time_scale(),
        incidents(),
        seed(),
        field_of("cluster"),
        field_of("canary_instance"),
        output.DEBUG,
    )


def _run(call: Invocation) -> Ending | int:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    from cage.command.simulator import require_simulator

    require_simulator()
    from cage.model.errors import UsageError
    from cage.rehearsal.account import open_account
    from cage.rehearsal.stage import REGION
    from cage.verbs.rehearse import incidents as _incidents_knob
    from cage.verbs.rehearse import seed
    from ecs_simulator import PortError, Simulator

    stage = _stage(call)
    incidents = _incidents(stage, call.value(_incidents_knob()))
    port, scale = call.value(_port()), call.value(_time_scale())
    refused: list[str] = []
    made = Simulator(call.value(seed()), region=REGION) if stage is None else stage.simulator
    with made as simulator:
        try:
            url = simulator.serve(port=port, time_scale=scale)
        except PortError as error:
            what, why = error.args
            then = "Choose another with --port, or 0 for a free one."
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


def _stage(call: Invocation) -> Stage | None:
    """Return the stage that the files furnish; None without files."""
    from cage.model.errors import UsageError
    from cage.verbs.rehearse import script_of, seed

    if call.directory is None:
        return None
    script = script_of(call, seed=call.value(seed()))
    try:
        return script.stage()
    except RuntimeError as error:
        raise UsageError(
            "The service of these files can't be served.", f"{error}", "See cage check."
        ) from None


def _incidents(stage: Stage | None, names: tuple[str, ...]) -> list[Incident]:
    """Return the incidents that are to happen, each of which can."""
    from cage.model.errors import UsageError
    from cage.rehearsal.incidents.catalog import CATALOG
    from cage.verbs.rehearse import incidents_of

    if "all" in names:
        raise UsageError("Incidents happen together here.", "", "Specify those that should happen.")
    found = [incident for incident in incidents_of(names, CATALOG) if incident is not None]
    if found and stage is None:
        raise UsageError("An incident happens to a service.", "", "Specify the directory of one.")
    for incident in found:
        if incident.family == "operator":
            raise UsageError(f"{incident.name} happens to the client.", "", "Do it there.")
        reason = None if stage is None else incident.inapplicable(stage)
        if reason is not None:
            raise UsageError(
                f"{incident.name} can't happen to this service: {reason}.", "", "Leave it out."
            )
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


VERB = Verb(
    name="local",
    summary="Serve a simulated ECS on loopback, for any AWS client.",
    text="""\
With DIR the service of its definition files exists and is steady, and so does whatever they
reference. Without DIR the account is empty. ECS and target groups are the simulator's; other
services are moto's. Timestamps in answers are real, whatever the time scale.

Exit codes: 0 stopped by SIGINT or SIGTERM; 1 internal error; 2 usage or files.""",
    settings=_settings,
    run=_run,
    heading="Rehearsing",
    order=20,
    also=("serve", "emulate"),
)
