"""`cage local`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _port() -> Knob:
    from cage.knobs.kinds import whole
    from cage.knobs.knob import flag

    return flag(
        "--port",
        whole(0, 65535, "PORT"),
        "Port to listen on at 127.0.0.1; 0 picks a free one.",
        default=4566,
        heading="Rehearsal",
    )


def _time_scale() -> Knob:
    from cage.knobs.kinds import Number
    from cage.knobs.knob import flag

    return flag(
        "--time-scale",
        Number(1, 1000, metavar="TIMES"),
        "Speed relative to real time, from 1 to 1000.",
        default=1.0,
        heading="Rehearsal",
    )


def _functions() -> Knob:
    from cage.knobs.kinds import Many, Text
    from cage.knobs.knob import flag

    return flag(
        "--function",
        Many(Text("NAME=TARGET")),
        "Play a Lambda function of lifecycle hooks by a program, which reads the payload on stdin "
        "and prints the answer, or by a URL.",
        default=(),
        heading="Rehearsal",
    )


def _own() -> tuple[Knob, ...]:
    from cage.verbs.rehearse import incidents, seed

    return (
        _port(),
        _time_scale(),
        _functions(),
        incidents("Incidents that happen to the service, all at once."),
        seed(),
    )


def _run(call: Invocation) -> Ending | int:
    from cage.command.simulator import require_simulator

    require_simulator()
    from cage.command.local import serve
    from cage.verbs.rehearse import incidents, seed

    port, scale, names, chance = (
        call.value(knob()) for knob in (_port, _time_scale, incidents, seed)
    )
    functions = call.value(_functions())
    return serve(call, names, functions, port=port, time_scale=scale, seed=chance)


VERB = Verb(
    name="local",
    summary="Serve a simulated ECS on loopback, for any AWS client.",
    text="""\
With DIR, the account contains the steady service of its definition files, and everything that
they reference. Without DIR, the account is empty. The simulator provides ECS and target groups;
moto provides other services. Timestamps are in real time at any --time-scale.

Exit codes: 0 stopped by SIGINT or SIGTERM; 1 internal error; 2 usage or files.""",
    takes="directory files own cluster canary_instance debug",
    own=_own,
    run=_run,
    heading="Rehearsing",
    order=20,
    also=("serve", "emulate"),
)
