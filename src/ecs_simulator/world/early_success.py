"""When a rolling deployment completes early, and what continues in the background then.

Source: ECS developer guide, "Complete Amazon ECS rolling deployments early with early success
criteria": the healthy percent rounds up, at least one task must be healthy, and the breaker and
the alarms no longer apply afterwards. *Unknown*: whether the criteria apply to a rollback
(assumed not to), and what they mean for a service that wants no task (assumed: nothing).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecs_simulator.world.service_entities import SimDeployment, SimService

_ALL = 100


def _criteria(deployment: SimDeployment) -> dict[str, Any]:
    config = deployment.record.configuration
    found = config.get("earlySuccessCriteria") or {}
    rolling = (config.get("strategy") or "ROLLING") == "ROLLING"
    return found if found.get("enable") and rolling and not deployment.rollback else {}


def enough(service: SimService, deployment: SimDeployment) -> int:
    """Return how many healthy tasks a deployment needs before ECS lets the old ones go."""
    percent = int(_criteria(deployment).get("healthyPercent", _ALL))
    return min(service.desired, max(1, math.ceil(service.desired * percent / 100)))


def deferred(deployment: SimDeployment) -> bool:
    """Return whether a deployment completes before the old tasks have left."""
    return _criteria(deployment).get("sourceServiceRevisionCleanup") == "DEFERRED"


def met(service: SimService, deployment: SimDeployment, healthy: int, *, old: bool) -> bool:
    """Return whether a deployment can complete although the service isn't steady.

    Args:
        healthy: Its healthy tasks.
        old: Whether tasks of other deployments are left.
    """
    if not _criteria(deployment):
        return False
    return healthy >= enough(service, deployment) and (deferred(deployment) or not old)
