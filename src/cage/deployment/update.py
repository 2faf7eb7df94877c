"""Updating the service, and putting it back."""

from __future__ import annotations

from cage.deployment.judgment import Ours
from cage.model import events
from cage.model.base import Shape
from cage.model.errors import AwsError, InvalidRequestError
from cage.model.services import Service
from cage.ports.ecs import Ecs
from cage.runtime.journal import Journal


def update_input(*, cluster: str, service: str, revision: str, changes: Shape) -> Shape:
    """Return the input of update-service.

    The desired count is never sent: autoscaling owns it, and DAEMON services take none.
    """
    return {"cluster": cluster, "service": service, "taskDefinition": revision, **changes}


async def update(
    ecs: Ecs,
    journal: Journal,
    *,
    cluster: str,
    service: Service,
    revision_arn: str,
    changes: Shape,
    good_revision_arn: str | None = None,
) -> Ours:
    """Have the service run a revision, and return the deployment that brings it.

    Raises:
        AwsError: AWS refused, or didn't answer; or somebody else deployed before it did.
    """
    same = service.primary is not None and service.primary.revision_arn == revision_arn
    request = update_input(
        cluster=cluster, service=service.name, revision=revision_arn, changes=changes
    )
    if same:
        # ECS makes no deployment of its own for an update that changes nothing.
        request = {**request, "forceNewDeployment": True}

    async def done() -> Service | None:
        return await _done(ecs, cluster, service, revision_arn)

    answer = await ecs.update_service(request, done)
    primary = answer.primary
    if primary is None:
        nameless = AwsError(
            f"ECS updated {service.name} and names no deployment for it.",
            "The answer to UpdateService lists no PRIMARY deployment.",
            operation="UpdateService",
            code="NoPrimaryDeployment",
        )
        nameless.may_have_happened = True
        raise nameless
    journal.tell(events.ServiceUpdated(primary.id, revision_arn))
    known = {deployment.id for deployment in (*service.deployments, *answer.deployments)}
    return Ours(primary.id, revision_arn, frozenset(known - {primary.id}), good_revision_arn)


async def _done(ecs: Ecs, cluster: str, before: Service, revision_arn: str) -> Service | None:
    """Return the service if an attempt without an answer updated it; None: try again.

    Attempts that are refused for their rate go on for minutes, in which somebody may deploy.

    Raises:
        InvalidRequestError: Somebody else has deployed since.
    """
    try:
        now = await ecs.find_service(cluster, before.name)
    except AwsError:
        return None
    was, stands = before.primary, now.primary if now is not None else None
    if was is None or stands is None or stands.id == was.id:
        return None
    if stands.revision_arn == revision_arn:
        return now
    raise InvalidRequestError(
        f"Service {before.name} was deployed by somebody else before ECS took the update.",
        f"{stands.revision_arn.rpartition('/')[2]} came by deployment {stands.id}, after {was.id}.",
        "Find out who deployed it, then run this again.",
        operation="UpdateService",
        code="Overtaken",
    )
