"""Abort a rollout that hasn't changed the service, or roll back at a pause of its deployment."""

from __future__ import annotations

from cage.canary import decision_tags
from cage.context import Context
from cage.rollout import hook_decision
from cage.rollout.decision import Deciding, Effect, decide, live_rollout
from cage.rollout.hook_decision import HookDecision, Which
from cage.runtime.decisions import Decision, Word


async def abort(context: Context, which: Which | None = None) -> Deciding | HookDecision:
    """Abort the rollout of a service and leave the service untouched, or roll a pause back.

    A rollout that has already changed the service is left alone, and nothing is written. A
    deployment that is paused is rolled back by ECS.

    Args:
        context: The context that this runs in.
        which: The thing to abort; None: the only one that can be aborted.

    Raises:
        RefusedError: Nothing can be aborted, or several things can.
        AwsError: AWS refused, or didn't answer.
    """
    of_hook = await hook_decision.of_hook(context, Word.ABORT, which or Which())
    if of_hook is not None:
        return of_hook
    rollout = await live_rollout(context)
    changed_by = rollout.deployment_id
    if changed_by is None:
        return await decide(rollout, Word.ABORT)
    before = decision_tags.written(rollout.task, Word.ABORT)
    return Deciding(
        cluster=context.place.cluster,
        service=rollout.service.name,
        rollout=rollout.rollout,
        task_arn=rollout.task.arn,
        decision=before or Decision(Word.ABORT, ""),
        again=before is not None,
        effect=Effect.TOO_LATE,
        deployment_id=changed_by,
    )
