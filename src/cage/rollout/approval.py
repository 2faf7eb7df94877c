"""Approve a rollout that is waiting for approval, from another process."""

from __future__ import annotations

from cage.canary import decision_tags
from cage.context import Context
from cage.model.errors import RefusedError
from cage.rollout.decision import Deciding, LiveRollout, decide, live_rollout
from cage.runtime import clock
from cage.runtime.decisions import Word


async def promote(context: Context) -> Deciding:
    """Promote the rollout of a service that is waiting for approval.

    Raises:
        RefusedError: No rollout is waiting, or someone has requested an abort.
        AwsError: AWS refused, or didn't answer.
    """
    rollout = await live_rollout(context)
    refusal = _refusal(rollout)
    if refusal is not None:
        raise refusal
    return await decide(rollout, Word.PROMOTE)


def _refusal(rollout: LiveRollout) -> RefusedError | None:
    abort = decision_tags.written(rollout.task, Word.ABORT)
    look = f"To check it, run: cage status {rollout.context.place.flags}"
    if abort is not None:
        return RefusedError(
            f"Rollout {rollout.rollout} is being aborted.",
            f"An abort was requested by {abort}, and it overrides an approval.",
            "Roll out again.",
        )
    if decision_tags.written(rollout.task, Word.PROMOTE) is not None:
        return None
    if rollout.deployment_id is not None:
        return RefusedError(
            f"Rollout {rollout.rollout} is not waiting for approval.",
            f"It has already changed the service, by deployment {rollout.deployment_id}.",
            look,
        )
    until = decision_tags.awaited_until(rollout.task)
    if until is None:
        return RefusedError(
            f"Rollout {rollout.rollout} is not waiting for approval.",
            "A rollout waits only with --approve, once its checks have passed.",
            look,
        )
    if clock.now() >= until:
        return RefusedError(
            f"Rollout {rollout.rollout} no longer waits for approval.",
            f"It waited until {until:%Y-%m-%d %H:%M:%S} UTC.",
            "Roll out again.",
        )
    return None
