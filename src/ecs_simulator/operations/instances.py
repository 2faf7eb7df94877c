"""Container instances: list, describe, drain, deregister."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ecs_simulator.operations import views
from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.refusals import invalid, unsupported
from ecs_simulator.world import World, hosts
from ecs_simulator.world.task_entities import SimInstance

_QUERY = re.compile(
    r"(?:(?P<ec2>ec2InstanceId)|attribute:(?P<name>\S+))\s*(?P<op>==|!=)\s*(?P<value>\S+)"
)


def list_container_instances(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a cluster's instances by status and by one comparison of the query language.

    Source: ECS developer guide, "Create expressions to define container instances for Amazon
    ECS tasks". ACTIVE and DRAINING ones are listed unless a status is requested.
    """
    found = world.clusters[world.cluster(params.get("cluster"))]
    status, meets = params.get("status"), _query((params.get("filter") or "").strip())
    found = [i for i in found if status in {None, i.status} and meets(i)]
    return page("containerInstanceArns", [i.arn for i in found], params)


def _query(text: str) -> Callable[[SimInstance], bool]:
    """Return whether an instance meets a query; every instance meets an empty one."""
    if not text:
        return lambda _instance: True
    parsed = _QUERY.fullmatch(text)
    if parsed is None:
        raise unsupported(f"the cluster query {text}")

    def meets(instance: SimInstance) -> bool:
        values = {a["name"]: a.get("value") for a in views.attributes(instance)}
        value = instance.ec2_id if parsed["ec2"] else values.get(parsed["name"])
        return (value == parsed["value"]) == (parsed["op"] == "==")

    return meets


def describe_container_instances(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe instances by id or ARN."""
    cluster = world.cluster(params.get("cluster"))
    at_most(100, params["containerInstances"], "containerInstances")
    read, tagged = Read(world, "instance"), "TAGS" in (params.get("include") or [])
    found, failures = [], []
    for name in params["containerInstances"]:
        instance = find(world, cluster, name)
        seen = read.see(instance.arn, instance) if instance else None
        if seen is None:
            failures.append({"arn": name, "reason": "MISSING"})
        else:
            found.append(seen if tagged else {**seen, "tags": []})
    return {"containerInstances": found, "failures": failures}


def update_container_instances_state(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Drain instances, or make them ACTIVE again."""
    cluster = world.cluster(params.get("cluster"))
    at_most(10, params["containerInstances"], "containerInstances")
    if params["status"] not in {"ACTIVE", "DRAINING"}:
        raise invalid("Container instance status should be one of [ACTIVE, DRAINING].")
    found, failures = [], []
    for name in params["containerInstances"]:
        instance = find(world, cluster, name)
        if instance is None:
            failures.append({"arn": name, "reason": "MISSING"})
            continue
        hosts.set_state(world, cluster, instance, params["status"])
        found.append(views.instance(world, instance))
    return {"containerInstances": found, "failures": failures}


def deregister_container_instance(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Deregister an instance from its cluster; `force` is needed while it has tasks.

    The service scheduler doesn't know the tasks that continue running there. The simulator ends
    them with the instance.
    """
    cluster = world.cluster(params.get("cluster"))
    instance = find(world, cluster, params["containerInstance"])
    if instance is None:
        raise invalid("Referenced container instance not found.")
    if hosts.tasks_on(world, instance) and not params.get("force"):
        raise invalid("Found running tasks on the instance.")
    hosts.lose(world, cluster, instance)
    return {"containerInstance": views.instance(world, instance)}


def find(world: World, cluster: str, name: str) -> SimInstance | None:
    """Return an instance by container instance id or ARN."""
    short = name.rpartition("/")[2]
    return next((i for i in world.clusters[cluster] if i.id == short), None)
