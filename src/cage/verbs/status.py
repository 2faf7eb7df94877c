"""`cage status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _watch() -> Knob:
    from cage.knobs.knob import switch

    return switch(
        "--watch",
        "Keep polling until the service is steady and no rollout is in progress.",
        heading="Output",
    )


def _as_json() -> Knob:
    from cage.options import output

    return output.json("Print one JSON object per status.")


def _run(call: Invocation) -> Ending | int:
    from cage.command.status import run

    return run(call, watching=call.value(_watch()), as_json=call.value(_as_json()))


VERB = Verb(
    name="status",
    summary="Show a service's status: deployments, targets, canaries, events.",
    text="""\
With --watch, the status is polled every 5 seconds. A terminal shows it in place; elsewhere,
each change is printed with its time. The command ends once the service is steady and no live
rollout is in progress. If nothing is in progress at first, it waits two minutes for a rollout
to begin.

Exit codes: 0 shown; 2 usage; 3 AWS refused or didn't answer; 130 and 143 interrupted.""",
    takes="naming own access debug",
    own=lambda: (_watch(), _as_json()),
    run=_run,
    heading="Looking",
    order=10,
    also=("show", "describe", "ps", "list"),
)
