"""`cage promote`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.options.invocation import Invocation


def _run(call: Invocation) -> Ending | int:
    from cage.command import deciding
    from cage.rollout.approval import promote

    return deciding.run(promote, call)


VERB = Verb(
    name="promote",
    summary="Approve a rollout that is waiting for approval.",
    text="""\
Writes a tag on the rollout's canary task, and waits up to a minute until the rollout has
updated the service. A rollout waits only with --approve, once its checks have passed. If
someone has asked to abort it, that wins.

Exit codes: 0 it updates the service; 2 usage; 3 no rollout waits, or it was aborted anyway, or
didn't react; 130 and 143 interrupted.""",
    takes="naming access object debug",
    run=_run,
    heading="Rollouts",
    order=40,
    also=("approve",),
)
