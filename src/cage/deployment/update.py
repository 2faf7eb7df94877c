"""Update the service, also to roll it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from cage.context import Context
from cage.deployment.changes import update_input
from cage.deployment.judgment import Ours
from cage.model import events
from cage.model.base import Shape
from cage.model.errors import AwsError, InvalidRequestError, RefusedError
from cage.model.services import Deployment, Service

Sure: TypeAlias = Callable[[Callable[[], Awaitable[Service | None]]], Awaitable[Service | None]]
"""Returns the result of a read of the service, unless the lock can't be confirmed after it."""


async def update(
    context: Context,
    service: Service,
    revision_arn: str,
    changes: Shape,
    good_revision_arn: str | None = None,
    *,
    sure: Sure | None = None,
) -> Ours:
    """Deploy a revision to the service, and return the deployment that was made.

    Args:
        sure: Reads the service before each further attempt, and refuses it without the lock.

    Raises:
        AwsError: AWS refused, or didn't answer; or someone else deployed before it did.
    """
    same = service.primary is not None and service.primary.revision_arn == revision_arn
    request = update_input(
        cluster=context.place.cluster, service=service.name, revision=revision_arn, changes=changes
    )
    if same or "capacityProviderStrategy" in changes:
        # ECS makes no new deployment for an update that changes nothing, and refuses other
        # capacity providers without one (pipe-cd/pipecd#6385).
        request = {**request, "forceNewDeployment": True}

    async def done() -> Service | None:
        look = partial(_done, context, service, revision_arn)
        try:
            return await look() if sure is None else await sure(look)
        except RefusedError as refused:
            found = await look()
            if found is not None:
                return found
            raise InvalidRequestError(
                refused.what,
                refused.why,
                refused.next_step,
                operation="UpdateService",
                code="LockLost",
            ) from refused

    answer = await context.ecs.update_service(request, done)
    primary = _primary_of(answer)
    context.tell(events.ServiceUpdated(primary.id, revision_arn))
    known = {deployment.id for deployment in (*service.deployments, *answer.deployments)}
    before = frozenset(known - {primary.id})
    overwrote = _overwrote(service, answer, primary)
    if overwrote:
        context.notice(f"the update replaced {overwrote}, which someone began right before it")
    since = primary.created_at
    return Ours(primary.id, revision_arn, before, good_revision_arn, since, overwrote)


def _primary_of(answer: Service) -> Deployment:
    """Return the deployment that an update made.

    Raises:
        AwsError: The answer lists none; the update may have happened.
    """
    if answer.primary is None:
        nameless = AwsError(
            f"ECS updated {answer.name} but returned no deployment.",
            "The answer to UpdateService lists no PRIMARY deployment.",
            operation="UpdateService",
            code="NoPrimaryDeployment",
        )
        nameless.may_have_happened = True
        raise nameless
    return answer.primary


def _overwrote(before: Service, answer: Service, ours: Deployment) -> str:
    """Return, in words, the deployment that someone began between the last look and the update.

    UpdateService has no condition (ECS API reference, UpdateService), so it can't be prevented.
    Its answer lists the deployments that ours replaces.
    """
    known = {ours.id, *(deployment.id for deployment in before.deployments)}
    for deployment in answer.deployments:
        if deployment.id not in known:
            return f"deployment {deployment.id} of {deployment.revision_arn.rpartition('/')[2]}"
    return ""


async def _done(context: Context, before: Service, revision_arn: str) -> Service | None:
    """Return the service if an attempt without an answer updated it; None: retry.

    Throttled attempts continue for minutes, during which someone else can deploy.

    Raises:
        InvalidRequestError: Someone else has deployed since.
    """
    try:
        now = await context.service.describe()
    except AwsError:
        return None
    was, stands = before.primary, now.primary if now is not None else None
    if was is None or stands is None or stands.id == was.id:
        return None
    if stands.revision_arn == revision_arn:
        return now
    raise InvalidRequestError(
        f"Service {before.name} was deployed by someone else before ECS accepted the update.",
        f"{stands.revision_arn.rpartition('/')[2]} came by deployment {stands.id}, after {was.id}.",
        "Find out who deployed it, then run this again.",
        operation="UpdateService",
        code="Overtaken",
    )
