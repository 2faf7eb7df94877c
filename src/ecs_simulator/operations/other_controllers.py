"""Updates of services that CodeDeploy or an external controller deploys.

Source: ECS API reference, UpdateService: what each deployment controller leaves to it. *Unknown*:
ECS's text for the controller EXTERNAL.
"""

from __future__ import annotations

import copy
from typing import Any

from ecs_simulator.operations.refusals import invalid
from ecs_simulator.world import deployments
from ecs_simulator.world.service_entities import SimService

_CHANGED = (
    "enableECSManagedTags",
    "healthCheckGracePeriodSeconds",
    "placementConstraints",
    "placementStrategy",
    "propagateTags",
)
_LEFT = {"CODE_DEPLOY": (*_CHANGED, "deploymentConfiguration"), "EXTERNAL": _CHANGED}
_USE = {
    "CODE_DEPLOY": "AWS CodeDeploy to trigger a new deployment",
    "EXTERNAL": "CreateTaskSet to create a new task set",
}


def update(service: SimService, params: dict[str, Any]) -> bool:
    """Change what another controller leaves to UpdateService; False for the controller ECS.

    Raises:
        ApiError: The call changes more than that.
    """
    kind = (service.raw.get("deploymentController") or {}).get("type") or "ECS"
    if kind not in _LEFT:
        return False
    given = {key for key, value in params.items() if value is not None}
    if given - {"cluster", "service", "desiredCount", *_LEFT[kind]}:
        raise invalid(
            f"Unable to update task definition on services with a {kind} deployment controller. "
            f"Use {_USE[kind]}."
        )
    service.raw.update({k: copy.deepcopy(params[k]) for k in _LEFT[kind] if k in params})
    if params.get("desiredCount") is not None:
        deployments.scale(service, int(params["desiredCount"]))
    return True
