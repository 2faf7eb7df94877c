"""How task sets are shown.

Source: ECS API reference, TaskSet. The default of a scale is *unknown*; here it is 0 %.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.times import stamp
from ecs_simulator.operations.views import filled
from ecs_simulator.world import World, task_sets
from ecs_simulator.world.service_entities import SimDeployment, SimService, SimTaskSet

_PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")


def task_set(world: World, service: SimService, one: SimTaskSet) -> dict[str, Any]:
    """Return a task set of an external controller as the API shows it."""
    given = one.tasks.target.settings
    shown = _shown(world, service, one.tasks, given, one.scale)
    shown["computedDesiredCount"] = task_sets.computed(service, one)
    if given.get("externalId"):
        shown["externalId"] = given["externalId"]
    return _with_stability(world, service, shown)


def of_code_deploy(world: World, service: SimService) -> list[dict[str, Any]]:
    """Return the task set that CodeDeploy made for the service."""
    primary = service.primary
    shown = _shown(world, service, primary, primary.target.settings, 100.0)
    shown |= {"computedDesiredCount": service.desired, "startedBy": "CODE_DEPLOY"}
    return [_with_stability(world, service, shown)]


def _shown(
    world: World,
    service: SimService,
    tasks: SimDeployment,
    given: dict[str, Any],
    scale: float,
) -> dict[str, Any]:
    counted = {"deployment_id": tasks.id}
    arn = f"{service.arn.replace(':service/', ':task-set/')}/{tasks.id.rpartition('/')[2]}"
    return {
        "id": tasks.id,
        "taskSetArn": arn,
        "serviceArn": service.arn,
        "clusterArn": service.arn.replace(":service/", ":cluster/").rpartition("/")[0],
        "status": tasks.status,
        "taskDefinition": tasks.revision.arn,
        "pendingCount": service.count(*_PENDING, **counted),
        "runningCount": service.count("RUNNING", **counted),
        "createdAt": stamp(tasks.created_s),
        "updatedAt": stamp(tasks.updated_s),
        "loadBalancers": given.get("loadBalancers") or [],
        "serviceRegistries": given.get("serviceRegistries") or [],
        "scale": {"value": scale, "unit": "PERCENT"},
        "tags": given.get("tags") or [],
        **filled.deployment(given, world.launch_type_of(given)),
    }


def _with_stability(world: World, service: SimService, shown: dict[str, Any]) -> dict[str, Any]:
    """Add whether the task set has all its tasks, and all of them are healthy."""
    mine = [t for t in service.tasks if t.deployment_id == shown["id"] and not t.stopping]
    steady = (
        shown["runningCount"] == shown["computedDesiredCount"]
        and not shown["pendingCount"]
        and all(world.scheduler.healthy(service, task) for task in mine)
    )
    shown["stabilityStatus"] = "STEADY_STATE" if steady else "STABILIZING"
    return {**shown, "stabilityStatusAt": stamp(world.now)}
