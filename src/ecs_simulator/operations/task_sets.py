"""Task sets of services with the deployment controller EXTERNAL.

Source: ECS API reference, CreateTaskSet, UpdateTaskSet, UpdateServicePrimaryTaskSet and
DeleteTaskSet. Where a service can't have task sets, the text is *unknown*.
"""

from __future__ import annotations

import copy
from typing import Any

from ecs_simulator.operations import views
from ecs_simulator.operations.refusals import active_revision, invalid, refuse_mismatch
from ecs_simulator.operations.services import active, check_balancers
from ecs_simulator.world import ApiError, World, task_sets
from ecs_simulator.world.service_entities import SimService, SimTaskSet

_MOST_PERCENT = 100.0


def create_task_set(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Start a task set; it serves no traffic of the service until it is the primary one."""
    service = _external(world, params)
    revision = active_revision(world, params["taskDefinition"])
    # A task set runs where its own call says, as a service of the controller ECS does.
    refuse_mismatch("CreateService", world, revision, {"desiredCount": 1, **params})
    check_balancers(world, revision, params)
    _scale(params)
    made = task_sets.create(world.engine, service, revision, copy.deepcopy(params))
    return _changed(world, service, made)


def describe_task_sets(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe a service's task sets by id or ARN; by default all of them."""
    service = _external(world, params)
    wanted = [name.rpartition("/")[2] for name in params.get("taskSets") or []]
    found = {s.tasks.id.rpartition("/")[2]: s for s in service.task_sets}
    shown = [
        views.task_set(world, service, s) for n, s in found.items() if not wanted or n in wanted
    ]
    missing = [{"arn": name, "reason": "MISSING"} for name in wanted if name not in found]
    return {"taskSets": shown, "failures": missing}


def update_task_set(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a task set's share of the desired count."""
    service = _external(world, params)
    task_set = _found(service, params["taskSet"])
    task_set.scale = _scale(params)
    return _changed(world, service, task_set)


def update_service_primary_task_set(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Make a task set the primary one; the one before is ACTIVE from then on."""
    service = _external(world, params)
    task_set = _found(service, params["primaryTaskSet"])
    for other in service.task_sets:
        if other.tasks.status == "PRIMARY":
            other.tasks.status = "ACTIVE"
    task_set.tasks.status = "PRIMARY"
    return _changed(world, service, task_set)


def delete_task_set(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Stop a task set's tasks, then forget it; `force` is needed while it wants tasks."""
    service = _external(world, params)
    task_set = _found(service, params["taskSet"])
    if task_sets.computed(service, task_set) and not params.get("force"):
        raise invalid("The task set cannot be deleted while it is scaled above 0.")
    task_set.tasks.status = "DRAINING"
    return _changed(world, service, task_set)


def _external(world: World, params: dict[str, Any]) -> SimService:
    service = active(world, world.cluster(params.get("cluster")), params["service"])
    if not service.external:
        raise invalid("Task sets need a service with the deployment controller EXTERNAL.")
    return service


def _found(service: SimService, name: str) -> SimTaskSet:
    short = name.rpartition("/")[2]
    for task_set in service.task_sets:
        if task_set.tasks.id.rpartition("/")[2] == short:
            return task_set
    raise ApiError("TaskSetNotFoundException", "The specified task set wasn't found.")


def _scale(params: dict[str, Any]) -> float:
    value = float((params.get("scale") or {}).get("value") or 0.0)
    if not 0 <= value <= _MOST_PERCENT:
        raise invalid("Scale value must be between 0 and 100.")
    return value


def _changed(world: World, service: SimService, task_set: SimTaskSet) -> dict[str, Any]:
    task_set.tasks.updated_s = world.now
    world.scheduler.poke(service)
    world.engine.touch_service(service)
    return {"taskSet": views.task_set(world, service, task_set)}
