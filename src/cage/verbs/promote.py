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
Tags the rollout's canary task, then waits up to a minute for the rollout to update the service.
A rollout waits for approval only with --approve, after its checks have passed. If someone has
requested an abort, the abort wins.

Exit codes: 0 approved, service updated; 2 usage; 3 no rollout is waiting, or it was aborted
anyway, or didn't respond; 130 and 143 interrupted.""",
    takes="naming access object debug",
    run=_run,
    changes=True,
    heading="Rollouts",
    order=40,
    also=("approve",),
)
