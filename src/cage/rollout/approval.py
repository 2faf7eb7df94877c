"""Approve what waits for it, from another process: a rollout, or a pause of its deployment."""

from __future__ import annotations

from cage.canary import decision_tags
from cage.context import Context
from cage.model.errors import RefusedError
from cage.rollout import hook_decision
from cage.rollout.decision import Deciding, LiveRollout, decide, live_rollout
from cage.rollout.hook_decision import HookDecision, Which
from cage.runtime import clock
from cage.runtime.decisions import Word


async def promote(context: Context, which: Which | None = None) -> Deciding | HookDecision:
    """Promote the rollout of a service that is waiting for approval, or continue its deployment.

    Args:
        context: The context that this runs in.
        which: The thing to approve; None: the only one that waits.

    Raises:
        RefusedError: Nothing is waiting, or several things are, or someone has requested an
            abort.
        AwsError: AWS refused, or didn't answer.
    """
    of_hook = await hook_decision.of_hook(context, Word.PROMOTE, which or Which())
    if of_hook is not None:
        return of_hook
    rollout = await live_rollout(context)
    refusal = _refusal(rollout)
    if refusal is not None:
        raise refusal
    return await decide(rollout, Word.PROMOTE)


def _refusal(rollout: LiveRollout) -> RefusedError | None:
    abort = rollout.written(Word.ABORT)
    look = f"To check it, run: cage status {rollout.context.place.flags}"
    if abort is not None:
        return RefusedError(
            f"Rollout {rollout.rollout} is being aborted.",
            f"An abort was requested by {abort}, and it overrides an approval.",
            "Roll out again.",
        )
    if rollout.written(Word.PROMOTE) is not None:
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
