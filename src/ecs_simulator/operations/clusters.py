"""Clusters: create, describe, list, delete."""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.limits import named
from ecs_simulator.operations.pages import page
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT


def _arn(world: World, name: str) -> str:
    return f"arn:aws:ecs:{world.region}:{ACCOUNT}:cluster/{name}"


def _shown(world: World, name: str, status: str = "ACTIVE") -> dict[str, Any]:
    tasks = [t for t in world.tasks.all.values() if t.cluster == name]
    return {
        "clusterArn": _arn(world, name),
        "clusterName": name,
        "status": status,
        "registeredContainerInstancesCount": len(world.clusters.get(name, [])),
        "runningTasksCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
        "pendingTasksCount": sum(1 for t in tasks if t.last_status in _PENDING),
        "activeServicesCount": len(_services(world, name)),
        "statistics": [],
        "tags": [],
        "settings": [{"name": "containerInsights", "value": "disabled"}],
        "capacityProviders": [],
        "defaultCapacityProviderStrategy": [],
    }


_PENDING = {"PROVISIONING", "PENDING", "ACTIVATING"}


def _services(world: World, cluster: str) -> list[str]:
    return [
        name
        for (where, name), service in world.services.items()
        if where == cluster and service.status != "INACTIVE"
    ]


def create_cluster(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a cluster, `default` if no name is given; an existing cluster is returned."""
    name = named(params.get("clusterName") or "default", "Cluster")
    world.add_cluster(name)
    return {"cluster": _shown(world, name)}


def describe_clusters(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe clusters by name or ARN."""
    found, failures = [], []
    for asked in params.get("clusters") or ["default"]:
        name = asked.rpartition("/")[2]
        if name in world.clusters:
            found.append(_shown(world, name))
        else:
            failures.append({"arn": _arn(world, name), "reason": "MISSING"})
    return {"clusters": found, "failures": failures}


def list_clusters(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the clusters."""
    return page("clusterArns", [_arn(world, name) for name in world.clusters], params)


def delete_cluster(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a cluster that has no services, tasks or instances."""
    name = world.cluster(params["cluster"])
    if _services(world, name):
        raise ApiError(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        )
    if any(t.cluster == name and t.stopped_s is None for t in world.tasks.all.values()):
        raise ApiError(
            "ClusterContainsTasksException",
            "The Cluster cannot be deleted while Tasks are active.",
        )
    if world.clusters[name]:
        raise ApiError(
            "ClusterContainsContainerInstancesException",
            "The Cluster cannot be deleted while Container Instances are active or draining.",
        )
    shown = _shown(world, name, "INACTIVE")
    del world.clusters[name]
    return {"cluster": shown}
