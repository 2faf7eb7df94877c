"""Starting tasks: run and start."""

from __future__ import annotations

from typing import Any

from ecs_rules.task_starts import refusals
from ecs_simulator.operations import clusters, instances, views
from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.refusals import (
    active_revision,
    invalid,
    refuse_mismatch,
    unsupported,
)
from ecs_simulator.world import ApiError, World, placement, providers
from ecs_simulator.world.overrides import overridden
from ecs_simulator.world.tags import tags_of
from ecs_simulator.world.task_entities import SimInstance, SimRevision, SimTask
from ecs_simulator.world.texts import NO_CAPACITY

_UNPLACED_S = 60.0
"""*Unknown*: how long a capacity provider tries to find a place before it stops trying."""


def run_task(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Start tasks where ECS finds a place for them; a repeated clientToken starts no tasks."""
    cluster = world.cluster(params.get("cluster"))
    token = params.get("clientToken")
    if token and token in world.tokens:
        known = [world.tasks.all[arn] for arn in world.tokens[token]]
        if world.revision(params["taskDefinition"]).arn != known[0].revision.arn:
            raise ApiError("ConflictException", "The clientToken was used for another request.")
        return {"tasks": [views.task(world, task) for task in known], "failures": []}
    params = clusters.completed(world, cluster, params)
    revision = _checked(world, params)
    started: list[SimTask] = []
    failures = []
    count = params.get("count")
    for _ in range(1 if count is None else int(count)):
        strategy = params.get("capacityProviderStrategy") or []
        provider = providers.choose(strategy, [t.capacity_provider for t in started])
        pool = world.capacity.pool_of(cluster, provider)
        placed = _place(world, cluster, revision, params, provider)
        if isinstance(placed, placement.Refusal):
            failures.append({"reason": placed.reason})
            continue
        instance, no_place = placed
        waits = pool is not None and instance is None
        if waits:
            world.capacity.refuse_more(cluster)
        task = _begin(world, cluster, revision, params, instance, waits=waits)
        task.platform_version = params.get("platformVersion") or ""
        task.capacity_provider = provider
        if pool is not None:
            world.capacity.take(pool, task, params)
        elif no_place:
            task.plan.start_failure = (f"TaskFailedToStart: {no_place}", "")
            task.plan.start_failure_s = _UNPLACED_S
        started.append(task)
    if token and started:
        world.tokens[token] = [task.arn for task in started]
    return {"tasks": [views.task(world, task) for task in started], "failures": failures}


def _checked(world: World, params: dict[str, Any]) -> SimRevision:
    """Return the revision to run, or refuse the call for the first reason that ECS would give."""
    at_most(10, range(int(params.get("count") or 1)), "count")
    if params.get("launchType") == "EXTERNAL":
        raise unsupported(f"the launch type {params['launchType']}")
    revision = _runnable("RunTask", world, params)
    fargate = world.launch_type_of(params) == "FARGATE"
    provider = "FARGATE_SPOT" if _spot(params) else "FARGATE"
    if fargate and not world.quotas.launches(provider, world.now):
        raise ApiError("ThrottlingException", "Rate exceeded.")
    return revision


def _spot(params: dict[str, Any]) -> bool:
    strategy = params.get("capacityProviderStrategy") or []
    return bool(strategy) and strategy[0]["capacityProvider"] == "FARGATE_SPOT"


def _place(
    world: World, cluster: str, revision: SimRevision, params: dict[str, Any], provider: str
) -> tuple[SimInstance | None, str] | placement.Refusal:
    """Return the task's instance, or why it won't start; with a provider ECS tries first."""
    if world.launch_type_of(params) == "FARGATE":
        up = world.subnet(params, []) is not None
        if up and world.fargate_capacity(revision, params.get("group") or ""):
            return None, ""
        if not provider:
            raise ApiError("ClientException", NO_CAPACITY)
        return None, NO_CAPACITY
    group = params.get("group") or f"family:{revision.family}"
    found = world.place(cluster, revision, group, params, provider)
    if isinstance(found, placement.Refusal):
        return (None, found.reason) if provider else found
    return found, ""


def start_task(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Start a task on each given container instance that has room for it."""
    cluster = world.cluster(params.get("cluster"))
    at_most(10, params["containerInstances"], "containerInstances")
    revision = _runnable("StartTask", world, params)
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
        task = _begin(world, cluster, revision, {**params, "launchType": "EC2"}, instance)
        started.append(views.task(world, task))
    return {"tasks": started, "failures": failures}


def _runnable(operation: str, world: World, params: dict[str, Any]) -> SimRevision:
    """Return the revision, if the request is compatible with it."""
    for why in refusals(operation, params):
        raise invalid(why)
    revision = active_revision(world, params["taskDefinition"])
    refuse_mismatch(operation, world, revision, params)
    return overridden(revision, params.get("overrides"))


def _begin(
    world: World,
    cluster: str,
    revision: SimRevision,
    params: dict[str, Any],
    instance: SimInstance | None,
    *,
    waits: bool = False,
) -> SimTask:
    task = world.tasks.start(
        cluster,
        revision,
        group=params.get("group") or f"family:{revision.family}",
        started_by=params.get("startedBy") or "",
        launch_type=world.launch_type_of(params),
        instance=instance,
        subnet=world.subnet(params, []) or "",
        tags=tags_of(params, revision, cluster),
        waits=waits,
    )
    world.locate(task)
    task.overrides = params.get("overrides") or {}
    task.may_execute = bool(params.get("enableExecuteCommand"))
    return task
