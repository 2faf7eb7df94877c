"""How long to wait for a deployment of a service whose target groups aren't known yet."""

from __future__ import annotations

from cage.availability.duration import patience_s
from cage.context import Context
from cage.model.errors import AwsError
from cage.model.services import Service


async def patience_with(context: Context, requested_s: float | None, service: Service) -> float:
    """Return how long to wait for a deployment, without its own pauses, in seconds."""
    if requested_s is not None:
        return requested_s
    arns = list(dict.fromkeys(b.target_group_arn for b in service.load_balancers))
    try:
        groups = await context.target_groups.describe(arns)
    except AwsError:
        groups = {}
    return patience_s(None, service, groups.values())
