"""Serving a simulated ECS: the work of `cage local`."""

from __future__ import annotations

import signal
import sys
import threading

from cage.command.rehearse import incidents_of, require_possible, script_of
from cage.model.errors import UsageError
from cage.options.invocation import Invocation
from cage.rehearsal.account import open_account
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.stage import REGION, Stage
from ecs_simulator import PortError, Simulator

_LOOK_S = 0.5


def serve(
    call: Invocation,
    names: tuple[str, ...],
    functions: tuple[str, ...] = (),
    *,
    port: int,
    time_scale: float,
    seed: int,
) -> int:
    """Serve until a signal arrives, and return the exit code.

    Args:
        names: The incidents to simulate.
        functions: The Lambda functions to play, as NAME=TARGET.

    Raises:
        UsageError: The port, the files or an incident can't be used.
    """
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    stage = _stage(call, seed)
    incidents = _incidents(stage, names)
    played = _played(functions)
    refused: list[str] = []
    made = Simulator(seed, region=REGION) if stage is None else stage.simulator
    with made as simulator:
        try:
            url = simulator.serve(port=port, time_scale=time_scale)
        except PortError as error:
            what, why = error.args
            then = "Pass another --port, or --port 0 for a free one."
            raise UsageError(what, why, then) from None
        if stage is not None:
            stage.world.tasks.hidden_s = 0.0  # as usual on AWS: clients of others don't expect it
            with simulator.api.turn:  # the simulator is already running
                for incident in incidents:
                    incident.arm(stage)  # only now: some read the clients' clock
                refused = open_account(stage).refused
        for name, target in played.items():
            simulator.play(name, target)
        if not over.is_set():
            sys.stdout.write(_greeting(url, REGION, stage, refused))
            sys.stdout.flush()
        while not over.wait(_LOOK_S):
            # A signal that arrives just before a wait begins doesn't end it: Python runs its
            # handler only once the wait is over.
            pass
    sys.stdout.write("Stopped.\n")
    return 0


def _played(functions: tuple[str, ...]) -> dict[str, str]:
    """Return the target that plays each function."""
    found = {}
    for function in functions:
        name, equals, target = function.partition("=")
        if not (name and equals and target):
            raise UsageError(
                f"--function {function} doesn't name a target.",
                "It has the form NAME=TARGET: a function, and a program or a URL.",
                "Write it like --function 'smoke=./smoke.sh'",
            )
        found[name] = target
    return found


def _stage(call: Invocation, seed: int) -> Stage | None:
    """Return the stage that the files create; None without files."""
    if call.directory is None:
        return None
    script = script_of(call, seed=seed)
    try:
        return script.stage()
    except RuntimeError as error:
        raise UsageError(
            "The service of these files can't be simulated.",
            f"{error}",
            "To check the files, run: cage check",
        ) from None


def _incidents(stage: Stage | None, names: tuple[str, ...]) -> list[Incident]:
    """Return the incidents to simulate, after checking that each one is possible."""
    if "all" in names:
        raise UsageError(
            "cage local can't simulate all incidents at once.", "", "Pass --incident NAME."
        )
    found = [incident for incident in incidents_of(names) if incident is not None]
    if found and stage is None:
        raise UsageError("--incident needs a service.", "", "Specify the directory of its files.")
    for incident in found:
        if incident.family == "operator":
            raise UsageError(
                f"Incident {incident.name} happens to the client, not to the account.",
                "",
                "Send the signal to your client, or use cage rehearse.",
            )
    if stage is not None:
        require_possible(stage, found)
    return found


def _greeting(url: str, region: str, stage: Stage | None, refused: list[str]) -> str:
    """Return the text to print when the endpoint is ready."""
    there = "The account is empty."
    if stage is not None:
        there = f"Service {stage.service_name} in cluster {stage.cluster} is steady."
    there = "\n".join(
        (there, *(f"Not created, because moto refused it: {each}" for each in refused))
    )
    return (
        f"Serving a simulated ECS on {url}\n{there}\n"
        "Paste this where your AWS client runs:\n\n"
        f"export AWS_ENDPOINT_URL={url}\n"
        f"export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n"
        "export AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated\n\n"
        "Ready. Ctrl-C stops it.\n"
    )
