"""Clusters: create, describe, list, update, delete.

Source: ECS API reference, CreateCluster, DescribeClusters (what `include` adds), UpdateCluster
and UpdateClusterSettings.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from typing import Any

from ecs_simulator.operations.limits import at_most, named
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.operations.tags import as_list, as_tags
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.cluster_entities import OF_FARGATE, SimCluster
from ecs_simulator.world.task_entities import ACCOUNT

EVERYTHING = frozenset({"SETTINGS", "TAGS", "CONFIGURATIONS"})
"""The parts that all operations but DescribeClusters include in their answers."""

_INSIGHTS = ("enhanced", "enabled", "disabled")
_PENDING = {"PROVISIONING", "PENDING", "ACTIVATING"}
_MOST_DESCRIBED = 100


def _arn(world: World, name: str) -> str:
    return f"arn:aws:ecs:{world.region}:{ACCOUNT}:cluster/{name}"


def shown(
    world: World, name: str, include: Collection[str], status: str = "ACTIVE"
) -> dict[str, Any]:
    """Return a cluster as the API shows it, with what is to be included."""
    tasks, record = [t for t in world.tasks.all.values() if t.cluster == name], _record(world, name)
    settings = [{"name": "containerInsights", "value": record.insights}]
    found: dict[str, Any] = {
        "clusterArn": _arn(world, name),
        "clusterName": name,
        "status": status,
        "registeredContainerInstancesCount": len(world.clusters.get(name, [])),
        "runningTasksCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
        "pendingTasksCount": sum(1 for t in tasks if t.last_status in _PENDING),
        "activeServicesCount": len(_services(world, name)),
        "statistics": _statistics(world, name) if "STATISTICS" in include else [],
        "tags": as_list(record.tags) if "TAGS" in include else [],
        "settings": settings if "SETTINGS" in include else [],
        "capacityProviders": list(record.providers),
        "defaultCapacityProviderStrategy": list(record.strategy),
    }
    if record.configuration and "CONFIGURATIONS" in include:
        found["configuration"] = record.configuration
    if record.namespace:
        found["serviceConnectDefaults"] = {"namespace": record.namespace}
    return found


def _record(world: World, name: str) -> SimCluster:
    return world.cluster_records[name]


def _statistics(world: World, name: str) -> list[dict[str, str]]:
    """Return the counts by launch type, under the names of DescribeClusters, `statistics`."""
    counts: dict[str, int] = {}
    for kind, launch in (("EC2", "EC2"), ("Fargate", "FARGATE")):
        tasks = [
            task.last_status
            for task in world.tasks.all.values()
            if task.cluster == name and task.launch_type == launch
        ]
        services = [
            service.status
            for service in world.services.values()
            if service.cluster == name and world.launch_type(service) == launch
        ]
        counts[f"running{kind}TasksCount"] = tasks.count("RUNNING")
        counts[f"pending{kind}TasksCount"] = sum(status in _PENDING for status in tasks)
        counts[f"active{kind}ServiceCount"] = services.count("ACTIVE")
        counts[f"draining{kind}ServiceCount"] = services.count("DRAINING")
    return [{"name": name, "value": str(count)} for name, count in counts.items()]


def _services(world: World, cluster: str) -> list[str]:
    return [
        name
        for (where, name), service in world.services.items()
        if where == cluster and service.status != "INACTIVE"
    ]


def create_cluster(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a cluster, `default` if no name is given; an existing cluster is returned."""
    name = named(params.get("clusterName") or "default", "Cluster")
    if name not in world.clusters:
        providers = list(params.get("capacityProviders") or [])
        for provider in providers:
            refuse_unusable(world, provider)
        strategy = default_strategy(params.get("defaultCapacityProviderStrategy"), providers)
        insights = _insights(params)
        world.add_cluster(name)
        record = _record(world, name)
        record.insights = insights or record.insights
        record.providers, record.strategy = providers, strategy
        record.tags = as_tags(params.get("tags"))
        _configure(record, params)
    return {"cluster": shown(world, name, EVERYTHING)}


def refuse_unusable(world: World, provider: str) -> None:
    """Refuse a capacity provider that a cluster can't have. *Unknown*: ECS's text."""
    known = world.capacity_providers.get(provider)
    if provider not in OF_FARGATE and (known is None or known.status != "ACTIVE"):
        raise invalid(f"The specified capacity provider {provider} was not found or isn't ACTIVE.")


def completed(world: World, cluster: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a request to start tasks with what its cluster adds.

    Source: API, PutClusterCapacityProviders (the default strategy, without a launch type and a
    strategy) and UpdateCluster, serviceConnectDefaults (services that enable Service Connect
    without a namespace).
    """
    record, added = _record(world, cluster), dict[str, Any]()
    placed = params.get("launchType") or params.get("capacityProviderStrategy")
    if record.strategy and not placed:
        added["capacityProviderStrategy"] = record.strategy
    connect = params.get("serviceConnectConfiguration") or {}
    if connect.get("enabled") and not connect.get("namespace") and record.namespace:
        added["serviceConnectConfiguration"] = {**connect, "namespace": record.namespace}
    return {**params, **added}


def default_strategy(
    given: Sequence[dict[str, Any]] | None, providers: Collection[str]
) -> list[dict[str, Any]]:
    """Return a default strategy with its defaults.

    Raises:
        ApiError: The cluster doesn't have one of its providers. *Unknown*: ECS's text.
    """
    for item in given or []:
        if item["capacityProvider"] not in providers:
            raise invalid(
                f"The capacity provider {item['capacityProvider']} isn't associated with the "
                "cluster."
            )
    return [{"weight": 0, "base": 0, **item} for item in given or []]


def _insights(params: dict[str, Any]) -> str:
    """Return the value of containerInsights; empty if the request sets none."""
    for setting in params.get("settings") or []:
        if setting.get("name") != "containerInsights" or setting.get("value") not in _INSIGHTS:
            raise invalid(f"Invalid cluster setting {setting.get('name')}={setting.get('value')}.")
        return str(setting["value"])
    return ""


def _configure(record: SimCluster, params: dict[str, Any]) -> None:
    if params.get("configuration") is not None:
        record.configuration = copy.deepcopy(params["configuration"])
    if params.get("serviceConnectDefaults") is not None:
        record.namespace = params["serviceConnectDefaults"]["namespace"]


def update_cluster(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a cluster's settings, its configuration or its default namespace."""
    name = world.cluster(params["cluster"])
    record = _record(world, name)
    record.insights = _insights(params) or record.insights
    _configure(record, params)
    return {"cluster": shown(world, name, EVERYTHING)}


def update_cluster_settings(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a cluster's settings."""
    return update_cluster(world, {key: params[key] for key in ("cluster", "settings")})


def describe_clusters(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe clusters by name or ARN; settings, tags and more only when requested."""
    found, failures = [], []
    at_most(_MOST_DESCRIBED, params.get("clusters") or [], "clusters")
    for asked in params.get("clusters") or ["default"]:
        name = asked.rpartition("/")[2]
        if name in world.clusters:
            found.append(shown(world, name, params.get("include") or []))
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
    if any(p.cluster == name and p.status != "INACTIVE" for p in world.capacity_providers.values()):
        raise ApiError(
            "ClientException",
            "The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached "
            "to the cluster.",
        )
    found = shown(world, name, EVERYTHING, "INACTIVE")
    del world.clusters[name], world.cluster_records[name]
    return {"cluster": found}
