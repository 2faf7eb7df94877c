"""The service deployment that ECS works on now: its stage, its traffic and its hooks."""

from __future__ import annotations

from cage.context import Context
from cage.model.services import Service, ServiceDeployment, has_hooks


async def current(context: Context, service: Service) -> ServiceDeployment | None:
    """Return the service deployment in progress, if there is one that can have stages or hooks.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    arn, primary = str(service.raw.get("currentServiceDeployment") or ""), service.primary
    if not arn or primary is None or primary.rollout_state != "IN_PROGRESS":
        return None
    if not (service.shifts_traffic or has_hooks(service)):
        return None
    return await context.ecs.find_service_deployment(arn)
