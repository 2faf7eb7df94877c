"""`cage abort`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.options.invocation import Invocation


def _run(call: Invocation) -> Ending | int:
    from cage.command import deciding
    from cage.rollout.abort import abort

    return deciding.run(abort, call)


VERB = Verb(
    name="abort",
    summary="Abort a rollout that hasn't changed the service yet.",
    text="""\
Tags the rollout's canary task, then waits up to a minute for the rollout to respond: it removes
its canary and leaves the service unchanged. You can abort any rollout until it updates the
service. After that, use cage rollback.

Exit codes: 0 aborted, service untouched; 2 usage; 3 no live rollout, or it didn't respond; 5 too
late, the service has been changed; 130 and 143 interrupted.""",
    takes="naming access object debug",
    run=_run,
    changes=True,
    heading="Rollouts",
    order=50,
    also=("cancel", "stop"),
)
