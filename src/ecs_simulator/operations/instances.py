"""Container instances: list and describe."""

from __future__ import annotations

import re
from typing import Any

from ecs_simulator.operations import views
from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.world import World, hosts
from ecs_simulator.world.task_entities import SimInstance

_BY_EC2_ID = re.compile(r"^\s*ec2InstanceId\s*==\s*(\S+)\s*$")


def list_container_instances(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a cluster's instances; the filter supports `ec2InstanceId == i-…`."""
    found = world.clusters[world.cluster(params.get("cluster"))]
    wanted = _BY_EC2_ID.match(params.get("filter") or "")
    if wanted:
        found = [i for i in found if i.ec2_id == wanted.group(1)]
    return {"containerInstanceArns": [i.arn for i in found]}


def describe_container_instances(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe instances by id or ARN."""
    cluster = world.cluster(params.get("cluster"))
    at_most(100, params["containerInstances"], "containerInstances")
    read = Read(world, "instance")
    found, failures = [], []
    for name in params["containerInstances"]:
        instance = find(world, cluster, name)
        seen = read.see(instance.arn, instance) if instance else None
        if seen is None:
            failures.append({"arn": name, "reason": "MISSING"})
        else:
            found.append(seen)
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
        found.append(views.instance(instance))
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
    return {"containerInstance": views.instance(instance)}


def find(world: World, cluster: str, name: str) -> SimInstance | None:
    """Return an instance by container instance id or ARN."""
    short = name.rpartition("/")[2]
    return next((i for i in world.clusters[cluster] if i.id == short), None)
