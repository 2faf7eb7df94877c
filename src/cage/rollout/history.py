"""The history of a service: its last deployments, and the good revision before a rollout."""

from __future__ import annotations

from cage.context import Context
from cage.deployment.strategy import strategy_of
from cage.model import identity
from cage.model.errors import AccessDeniedError, AwsError
from cage.model.services import PastDeployment, Service
from cage.model.tasks import Task
from cage.runtime import clock

_HISTORY = 20
"""How many of the service's last deployments are read; a dead rollout's is among them."""


async def past_deployments(context: Context, service: Service) -> list[PastDeployment]:
    """Return the service's history, newest first; without the permission, none.

    Raises:
        AccessDeniedError: The permission is missing, and only the history shows deployments.
        AwsError: AWS refused, or didn't answer.
    """
    found: list[PastDeployment] = []
    try:
        async for past in context.ecs.past_deployments(context.place.cluster, service.arn):
            found.append(past)
            if len(found) == _HISTORY:
                break
    except AccessDeniedError as error:
        strategy = strategy_of(service)
        if strategy is not None and strategy.in_history:
            raise
        context.notice(f"earlier deployments can't be seen: {error.what}")
    return sorted(found, key=lambda past: past.created_at, reverse=True)


async def good_before(
    context: Context, service: Service, trace: Task, past: tuple[PastDeployment, ...]
) -> str | None:
    """Return the revision that was good before a rollout, if a service can still run it.

    Args:
        trace: The rollout's canary.
        past: The service's history, newest first.
    """
    tagged = trace.tags.get(identity.FROM_TAG)
    began = trace.created_at or clock.now()
    steady = [p.revision_arn for p in past if p.created_at < began and p.status == "SUCCESSFUL"]
    listed = [
        d.revision_arn
        for d in service.deployments
        if d.rollout_state == "COMPLETED" and d.created_at and d.created_at < began
    ]
    for name in [tagged] if tagged else steady[:1] or listed[:1]:
        try:
            revision = await context.ecs.describe_revision(name)
        except AwsError as error:
            context.notice(f"the service can't be rolled back to {name}: {error.what}")
            continue
        if revision.status == "ACTIVE":
            return revision.arn
        context.notice(f"the service can't be rolled back to {name}: it is {revision.status}")
    return None
