"""Abort a rollout from another process, as long as it hasn't changed the service."""

from __future__ import annotations

from cage.canary import decision_tags
from cage.context import Context
from cage.rollout.decision import Deciding, Effect, decide, live_rollout
from cage.runtime.decisions import Decision, Word


async def abort(context: Context) -> Deciding:
    """Abort the rollout of a service and leave the service untouched.

    A rollout that has already changed the service is left alone, and nothing is written.

    Raises:
        RefusedError: No live rollout is in progress.
        AwsError: AWS refused, or didn't answer.
    """
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
