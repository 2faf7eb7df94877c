"""Writing definition files for a service that is live. It changes nothing in AWS."""

from __future__ import annotations

from cage.comparison.draft import Draft
from cage.comparison.live import running_revision, service_input, task_definition_input
from cage.definitions import Shapes
from cage.definitions.kinds import SERVICE, TASK_DEFINITION
from cage.model.errors import NotFoundError, RefusedError
from cage.ports.ecs import Ecs


async def init(ecs: Ecs, cluster: str, service: str, shapes: Shapes) -> Draft:
    """Return the definition files that make the service what it is.

    Raises:
        NotFoundError: There is no such service, or it is INACTIVE.
        RefusedError: The service runs no revision.
        AwsError: AWS refused, or didn't answer.
    """
    live = await ecs.find_service(cluster, service, tags=True)
    if live is None or live.status == "INACTIVE":
        raise NotFoundError(
            f"There is no service {service} in cluster {cluster}.",
            "ECS knows none of that name." if live is None else "It is INACTIVE: it was deleted.",
            f"List them: aws ecs list-services --cluster {cluster}",
            operation="DescribeServices",
            code="MISSING" if live is None else live.status,
        )
    arn = running_revision(live.raw)
    if not arn:
        raise RefusedError(
            f"Service {service} runs no task definition.",
            f"Its controller is {live.controller}, and it has no primary task set.",
            "Write the files by hand, or run this once it has one.",
        )
    revision = await ecs.describe_revision(arn, tags=True)
    return Draft(
        service_input(live.raw),
        SERVICE.shape(shapes),
        task_definition_input(revision.raw),
        TASK_DEFINITION.shape(shapes),
    )
