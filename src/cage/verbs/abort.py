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
Writes a tag on the rollout's canary task, and waits up to a minute until the rollout has
reacted: it removes its canary, and the service is untouched. Any rollout can be aborted until
it updates the service; after that, cage rollback rolls the service back.

Exit codes: 0 aborted, service untouched; 2 usage; 3 no live rollout, or it didn't react; 5 too
late, the service has been changed; 130 and 143 interrupted.""",
    takes="naming access object debug",
    run=_run,
    heading="Rollouts",
    order=50,
    also=("cancel", "stop"),
)
