"""Tasks: describe, list, stop."""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations import views
from ecs_simulator.operations.limits import at_most, not_empty
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.refusals import unsupported
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import SimTask

_FORGOTTEN_S = 3600.0


def _known(world: World, task: SimTask) -> bool:
    """Return whether DescribeTasks knows the task: not at once, and not forever."""
    if world.now - task.created_s < task.plan.visible_s:
        return False
    return task.stopped_s is None or world.now - task.stopped_s < _FORGOTTEN_S


def describe_tasks(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe tasks by ARN or id."""
    cluster = world.cluster(params.get("cluster"))
    not_empty(params["tasks"], "Tasks")
    at_most(100, params["tasks"], "tasks")
    tagged = "TAGS" in (params.get("include") or [])
    read = Read(world, "task")
    found, failures = [], []
    for name in params["tasks"]:
        arn = name if ":" in name else f"{_prefix(world, cluster)}{name}"
        task = world.tasks.all.get(arn)
        known = task is not None and task.cluster == cluster and _known(world, task)
        seen = read.see(arn, task) if known else None
        if seen is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(seen if tagged else {**seen, "tags": []})
    return {"tasks": found, "failures": failures}


def _prefix(world: World, cluster: str) -> str:
    return f"arn:aws:ecs:{world.region}:123456789012:task/{cluster}/"


def list_tasks(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List tasks, a hundred a page, by family, starter, service and desired status."""
    cluster = world.cluster(params.get("cluster"))
    desired = params.get("desiredStatus") or "RUNNING"
    if params.get("daemonName"):
        raise unsupported("ECS daemons")
    where = (params.get("containerInstance") or "").rpartition("/")[2] or None
    service = (params.get("serviceName") or "").rpartition("/")[2] or None
    if service and world.service(cluster, service) is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    read = Read(world, "task")
    found = [
        task.arn
        for task in world.tasks.all.values()
        if task.cluster == cluster
        and _known(world, task)
        and params.get("family") in {None, task.revision.family}
        and params.get("startedBy") in {None, task.started_by}
        and where in {None, task.instance.id if task.instance else ""}
        and params.get("launchType") in {None, task.launch_type}
        and service in {None, task.group.removeprefix("service:")}
        and read.field(task.arn, task, "desiredStatus", task.desired_status) == desired
    ]
    return page("taskArns", found, params)


def find(world: World, cluster: str, name: str) -> SimTask | None:
    """Return a task by ARN or id; None for one that ECS has forgotten."""
    task = world.tasks.all.get(name if ":" in name else f"{_prefix(world, cluster)}{name}")
    forgotten = task is not None and task.stopped_s is not None and not _known(world, task)
    return None if forgotten else task


def stop_task(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Stop a task; stopping a task that is stopping is allowed."""
    cluster = world.cluster(params.get("cluster"))
    task = find(world, cluster, params["task"])
    if task is None:
        raise ApiError("InvalidParameterException", "The referenced task was not found.")
    world.tasks.stop(task, "UserInitiated", params.get("reason") or "Task stopped by user")
    return {"task": views.task(world, task)}
