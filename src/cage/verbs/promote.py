"""`cage promote`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _own() -> tuple[Knob, ...]:
    from cage.command import decision_flags

    return decision_flags.own()


def _run(call: Invocation) -> Ending | int:
    from cage.command import deciding
    from cage.rollout.approval import promote

    return deciding.run(promote, call)


VERB = Verb(
    name="promote",
    summary="Approve what is waiting: a rollout, or a pause of its deployment.",
    text="""\
If ECS has paused the service's deployment at a lifecycle hook, continues it. Otherwise tags the
canary task of the rollout, then waits up to a minute for the rollout to update the service. A
rollout with --approve waits for approval after its checks have passed; no other rollout does. If
someone has requested an abort, the abort wins. If several things wait, specify one with --hook
or with --rollout.

Exit codes: 0 approved: service updated, or its deployment continued; 2 usage; 3 nothing is
waiting, several things are, or it was aborted anyway, or didn't respond; 130 and 143
interrupted.""",
    takes="naming own access object debug",
    own=_own,
    run=_run,
    changes=True,
    heading="Rollouts",
    order=40,
    also=("approve",),
)
