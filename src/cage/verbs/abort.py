"""`cage abort`."""

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
    from cage.rollout.abort import abort

    return deciding.run(abort, call)


VERB = Verb(
    name="abort",
    summary="Abort a rollout that hasn't changed the service yet, or roll a pause back.",
    text="""\
If ECS has paused the service's deployment at a lifecycle hook, has ECS roll it back. Otherwise
tags the rollout's canary task, then waits up to a minute for the rollout to respond: it removes
its canary and leaves the service unchanged. You can abort any rollout until it updates the
service. After that, use cage rollback. If several things wait, specify one with --hook or with
--rollout.

Exit codes: 0 aborted, service untouched, or ECS rolls back; 2 usage; 3 nothing to abort, several
things wait, or it didn't respond; 5 too late, the service has been changed; 130 and 143
interrupted.""",
    takes="naming own access object debug",
    own=_own,
    run=_run,
    changes=True,
    heading="Rollouts",
    order=50,
    also=("cancel", "stop"),
)
