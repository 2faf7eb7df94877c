"""Aborting a rollout from elsewhere, as long as it hasn't changed the service."""

from __future__ import annotations

from cage.canary import decision_tags
from cage.ports.gateway import Gateway
from cage.rollout.decision import Deciding, Effect, decide, under_way
from cage.runtime.decisions import Decision, Word


async def abort(gateway: Gateway, cluster: str, service: str) -> Deciding:
    """Have the rollout of a service end, with the service untouched.

    One that has changed the service already is left alone, and nothing is written.

    Raises:
        RefusedError: No live rollout is under way.
        AwsError: AWS refused, or didn't answer.
    """
    rollout = await under_way(gateway, cluster, service)
    changed_by = rollout.deployment_id
    if changed_by is None:
        return await decide(gateway, rollout, Word.ABORT)
    before = decision_tags.written(rollout.task, Word.ABORT)
    return Deciding(
        cluster=cluster,
        service=rollout.service.name,
        rollout=rollout.rollout,
        task_arn=rollout.task.arn,
        decision=before or Decision(Word.ABORT, ""),
        again=before is not None,
        effect=Effect.TOO_LATE,
        deployment_id=changed_by,
    )
