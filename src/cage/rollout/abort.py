"""Aborting a rollout from elsewhere, as long as it hasn't changed the service."""

from __future__ import annotations

from cage.canary import decision_tags
from cage.context import Context
from cage.rollout.decision import Deciding, Effect, decide, live_rollout
from cage.runtime.decisions import Decision, Word


async def abort(context: Context) -> Deciding:
    """Have the rollout of a service end, with the service untouched.

    One that has changed the service already is left alone, and nothing is written.

    Raises:
        RefusedError: No live rollout is under way.
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
