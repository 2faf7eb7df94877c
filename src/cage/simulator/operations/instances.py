"""Container instances: list and describe."""

from __future__ import annotations

import re
from typing import Any

from cage.simulator.operations.limits import at_most
from cage.simulator.operations.reading import Read
from cage.simulator.world import World
from cage.simulator.world.things import SimInstance

_BY_EC2_ID = re.compile(r"^\s*ec2InstanceId\s*==\s*(\S+)\s*$")


def list_container_instances(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a cluster's instances; the filter knows `ec2InstanceId == i-…`."""
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


def find(world: World, cluster: str, name: str) -> SimInstance | None:
    """Return an instance by container instance id or ARN."""
    short = name.rpartition("/")[2]
    return next((i for i in world.clusters[cluster] if i.id == short), None)
