"""Tasks: run, start, describe, list, stop, tag."""

from __future__ import annotations

from typing import Any

from cage.simulator.operations import instances, views
from cage.simulator.operations.limits import at_most
from cage.simulator.operations.paging import page
from cage.simulator.operations.reading import Read
from cage.simulator.world import ApiError, World, placement
from cage.simulator.world.texts import NO_CAPACITY
from cage.simulator.world.things import SimInstance, SimRevision, SimTask

_FORGOTTEN_S = 3600.0


def run_task(  # noqa: C901, PLR0912  the refusals of one call, in the order in which ECS makes them
    world: World, params: dict[str, Any]
) -> dict[str, Any]:
    """Start a task where ECS finds a place for it; a known clientToken starts no second one."""
    cluster = world.cluster(params.get("cluster"))
    token = params.get("clientToken")
    if token and token in world.tokens:
        known = world.tasks.all[world.tokens[token]]
        if world.revision(params["taskDefinition"]) is not known.revision:
            raise ApiError("ConflictException", "The clientToken was used for another request.")
        return {"tasks": [views.task(world, known)], "failures": []}
    at_most(10, range(int(params.get("count") or 1)), "count")
    if params.get("launchType") and params.get("capacityProviderStrategy"):
        raise ApiError(
            "InvalidParameterException",
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again.",
        )
    revision = _runnable(world, params)
    launch_type = world.launch_type_of(params)
    if launch_type != "FARGATE" and params.get("platformVersion"):
        raise ApiError(
            "InvalidParameterException",
            "The platform version must be null when specifying an EC2 launch type.",
        )
    instance: SimInstance | None = None
    no_place = ""
    if launch_type == "FARGATE":
        if not world.fargate_capacity(revision, params.get("group") or ""):
            if not params.get("capacityProviderStrategy"):
                raise ApiError("ClientException", NO_CAPACITY)
            no_place = f"TaskFailedToStart: {NO_CAPACITY}"
    else:
        found = world.place(cluster, revision)
        if isinstance(found, placement.Refusal):
            if not params.get("capacityProviderStrategy"):
                return {"tasks": [], "failures": [{"reason": found.reason}]}
            no_place = f"TaskFailedToStart: {found.reason}"
        else:
            instance = found
    task = _begin(world, cluster, revision, params, launch_type, instance)
    task.platform_version = params.get("platformVersion") or ""
    strategy = params.get("capacityProviderStrategy")
    task.capacity_provider = strategy[0]["capacityProvider"] if strategy else ""
    if no_place:
        task.plan.start_failure, task.plan.start_failure_s = (no_place, ""), 60.0
    if token:
        world.tokens[token] = task.arn
    return {"tasks": [views.task(world, task)], "failures": []}


def start_task(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Start a task on each named container instance that has room for it."""
    cluster = world.cluster(params.get("cluster"))
    at_most(10, params["containerInstances"], "containerInstances")
    revision = _runnable(world, params)
    started, failures = [], []
    for name in params["containerInstances"]:
        instance = instances.find(world, cluster, name)
        reason = (
            "MISSING"
            if instance is None
            else placement.refusal(instance, placement.needs(revision))
        )
        if instance is None or reason is not None:
            failures.append({"arn": name, "reason": reason})
            continue
        task = _begin(world, cluster, revision, params, "EC2", instance)
        started.append(views.task(world, task))
    return {"tasks": started, "failures": failures}


def _runnable(world: World, params: dict[str, Any]) -> SimRevision:
    """Return the revision, if the request and its network mode agree."""
    revision = world.revision(params["taskDefinition"])
    if revision.raw["status"] != "ACTIVE":
        raise ApiError("ClientException", "TaskDefinition is inactive")
    awsvpc = revision.network_mode == "awsvpc"
    given = bool(params.get("networkConfiguration"))
    if given and not awsvpc:
        raise ApiError(
            "InvalidParameterException",
            "Network Configuration is not valid for the given networkMode of this task definition.",
        )
    if awsvpc and not given:
        raise ApiError(
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        )
    return revision


def _begin(
    world: World,
    cluster: str,
    revision: SimRevision,
    params: dict[str, Any],
    launch_type: str,
    instance: SimInstance | None,
) -> SimTask:
    network = (params.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    return world.tasks.start(
        cluster,
        revision,
        group=params.get("group") or f"family:{revision.family}",
        started_by=params.get("startedBy") or "",
        launch_type=launch_type,
        instance=instance,
        subnet=(network.get("subnets") or [""])[0],
        tags={t["key"]: t["value"] for t in params.get("tags") or []},
    )


def _known(world: World, task: SimTask) -> bool:
    """Tell whether DescribeTasks knows the task: not at once, and not for ever."""
    if world.now - task.created_s < task.plan.visible_s:
        return False
    return task.stopped_s is None or world.now - task.stopped_s < _FORGOTTEN_S


def describe_tasks(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe tasks by ARN or id."""
    cluster = world.cluster(params.get("cluster"))
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
    service = (params.get("serviceName") or "").rpartition("/")[2] or None
    read = Read(world, "task")
    found = [
        task.arn
        for task in world.tasks.all.values()
        if task.cluster == cluster
        and _known(world, task)
        and params.get("family") in {None, task.revision.family}
        and params.get("startedBy") in {None, task.started_by}
        and service in {None, task.group.removeprefix("service:")}
        and read.field(task.arn, task, "desiredStatus", task.desired_status) == desired
    ]
    return page("taskArns", found, params)


def stop_task(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Stop a task; stopping one that is stopping is fine."""
    cluster = world.cluster(params.get("cluster"))
    name = params["task"]
    task = world.tasks.all.get(name if ":" in name else f"{_prefix(world, cluster)}{name}")
    if task is None or (task.stopped_s is not None and not _known(world, task)):
        raise ApiError("InvalidParameterException", "The referenced task was not found.")
    world.tasks.stop(task, "UserInitiated", params.get("reason") or "Task stopped by user")
    return {"task": views.task(world, task)}


def tag_resource(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Tag a task."""
    task = world.tasks.all.get(params["resourceArn"])
    if task is None or task.stopped_s is not None:
        raise ApiError("InvalidParameterException", "The specified task is not found or stopped.")
    task.tags.update({t["key"]: t["value"] for t in params["tags"]})
    world.engine.touch("task", task.arn, task)
    return {}
