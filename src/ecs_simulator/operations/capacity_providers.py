"""Capacity providers: create, describe, update, delete, and a cluster's own.

Sources: ECS API reference, CreateCapacityProvider, PutClusterCapacityProviders and
DeleteCapacityProvider; the examples of the AWS CLI for these. Texts: published answers
(hashicorp/terraform-provider-aws#48156, pahud/cdk-fargate-patterns#71,
aws/containers-roadmap#632); others are *unknown*.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from ecs_simulator.operations import clusters
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.operations.tags import as_list, as_tags
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.cluster_entities import OF_FARGATE, SimProvider
from ecs_simulator.world.task_entities import ACCOUNT

_NAME = re.compile(r"(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}", re.IGNORECASE)
_MOST_OF_A_CLUSTER = 20
"""ECS service quotas, "Capacity providers per cluster"."""

_SCALING = {
    "status": "DISABLED",
    "targetCapacity": 100,
    "minimumScalingStepSize": 1,
    "maximumScalingStepSize": 10000,
    "instanceWarmupPeriod": 300,
}


def create_capacity_provider(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a capacity provider for an Auto Scaling group, or for Managed Instances."""
    name = params["name"]
    known = world.capacity_providers.get(name)
    if not _NAME.fullmatch(name):
        raise invalid(f"The capacity provider name {name} is invalid.")
    if known is not None and known.status != "INACTIVE":
        raise invalid("The specified capacity provider already exists.")
    group, managed = params.get("autoScalingGroupProvider"), params.get("managedInstancesProvider")
    if (group is None) == (managed is None):
        raise invalid("Specify an Auto Scaling group provider or a Managed Instances provider.")
    provider = SimProvider(
        name,
        f"arn:aws:ecs:{world.region}:{ACCOUNT}:capacity-provider/{name}",
        tags=as_tags(params.get("tags")),
    )
    if group is not None:
        _refuse_shared(world, group["autoScalingGroupArn"])
        provider.group = _of_group(group)
    else:
        _manage(world, provider, params)
    world.capacity_providers[name] = provider
    return {"capacityProvider": _shown(provider, tagged=True)}


def _refuse_shared(world: World, group_arn: str) -> None:
    """Refuse an Auto Scaling group that another provider has."""
    living = [p for p in world.capacity_providers.values() if p.status != "INACTIVE"]
    if any(p.group is not None and p.group["autoScalingGroupArn"] == group_arn for p in living):
        raise ApiError(
            "ClientException",
            "The specified Auto Scaling group ARN is already being used by another capacity "
            "provider. Specify a unique Auto Scaling group ARN and try again.",
        )


def _of_group(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "managedTerminationProtection": "DISABLED",
        "managedDraining": "ENABLED",
        **given,
        "managedScaling": _SCALING | (given.get("managedScaling") or {}),
    }


def _manage(world: World, provider: SimProvider, params: dict[str, Any]) -> None:
    """Make it a provider of Managed Instances: one cluster's, and ready after some seconds.

    *Unknown*: how long it is PROVISIONING.
    """
    if not params.get("cluster"):
        raise invalid("A capacity provider for Managed Instances needs a cluster.")
    provider.cluster = world.cluster(params["cluster"])
    provider.managed = copy.deepcopy(params["managedInstancesProvider"])
    provider.status, provider.update_status = "PROVISIONING", "CREATE_IN_PROGRESS"

    def ready() -> None:
        provider.status, provider.update_status = "ACTIVE", "CREATE_COMPLETE"
        world.cluster_records[provider.cluster].providers.append(provider.name)

    world.engine.after(world.engine.between(2.0, 5.0), ready)


def describe_capacity_providers(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe capacity providers by name or ARN, or all; their tags only when requested."""
    tagged, cluster = "TAGS" in (params.get("include") or []), params.get("cluster")
    known = {name: _of_fargate(world, name) for name in OF_FARGATE}
    known |= {p.name: _shown(p, tagged=tagged) for p in world.capacity_providers.values()}
    if cluster:
        providers = world.cluster_records[world.cluster(cluster)].providers
        known = {name: shown for name, shown in known.items() if name in providers}
    asked = params.get("capacityProviders")
    if not asked:
        active = [shown for shown in known.values() if shown["status"] != "INACTIVE"]
        return page("capacityProviders", active, params) | {"failures": []}
    found, failures = [], []
    for name in asked:
        shown = known.get(name.rpartition("/")[2])
        if shown is None:
            failures.append({"arn": name, "reason": "MISSING"})
        else:
            found.append(shown)
    return {"capacityProviders": found, "failures": failures}


def update_capacity_provider(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change how a provider scales, drains and protects its instances."""
    provider = _existing(world, params["name"])
    changes = params.get("autoScalingGroupProvider")
    if provider.group is not None and changes is not None:
        scaling = provider.group["managedScaling"] | (changes.get("managedScaling") or {})
        provider.group = {**provider.group, **changes, "managedScaling": scaling}
    elif provider.managed is not None and params.get("managedInstancesProvider") is not None:
        provider.managed = _merged(provider.managed, params["managedInstancesProvider"])
    else:
        raise invalid("The update doesn't match the type of the capacity provider.")
    provider.update_status, provider.update_reason = "UPDATE_COMPLETE", ""
    return {"capacityProvider": _shown(provider, tagged=True)}


def _merged(old: Any, new: Any) -> Any:
    """Return settings with the given ones replaced, at any depth."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return copy.deepcopy(new)
    return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}


def delete_capacity_provider(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a provider; one that a cluster has stays, and shows why."""
    name = params["capacityProvider"].rpartition("/")[2]
    if name in OF_FARGATE:
        raise invalid(f"The capacity provider {name} is reserved and can't be deleted.")
    provider = _existing(world, name)
    owner = next((c for c in world.cluster_records.values() if name in c.providers), None)
    if provider.cluster:
        # A provider of Managed Instances belongs to its cluster until it is deleted.
        if users := used_by(world, name, provider.cluster):
            raise ApiError("ClientException", f"The capacity provider is in use by {users}.")
    elif owner is not None:
        provider.update_status = "DELETE_FAILED"
        provider.update_reason = (
            "The capacity provider cannot be deleted because it is associated with cluster: "
            f"{owner.name}. Remove the capacity provider from the cluster and try again."
        )
        return {"capacityProvider": _shown(provider, tagged=True)}
    provider.update_status, provider.update_reason = "DELETE_IN_PROGRESS", ""

    def gone() -> None:
        provider.status, provider.update_status = "INACTIVE", "DELETE_COMPLETE"
        if owner is not None and name in owner.providers:
            owner.providers.remove(name)

    world.engine.after(world.engine.between(2.0, 5.0), gone)
    return {"capacityProvider": _shown(provider, tagged=True)}


def put_cluster_capacity_providers(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Set a cluster's providers and its default strategy; a provider in use can't be removed."""
    name = world.cluster(params["cluster"])
    record = world.cluster_records[name]
    wanted = [provider.rpartition("/")[2] for provider in params["capacityProviders"]]
    scoped = [p for p in record.providers if p not in wanted and _scoped(world, p)]
    for provider in wanted:
        clusters.refuse_unusable(world, provider)
    if len(wanted) > _MOST_OF_A_CLUSTER:
        raise invalid("The maximum number of capacity providers per cluster has been exceeded.")
    if any(used_by(world, p, name) for p in record.providers if p not in [*wanted, *scoped]):
        raise ApiError(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.",
        )
    strategy = params["defaultCapacityProviderStrategy"]
    record.strategy = clusters.default_strategy(strategy, [*wanted, *scoped])
    record.providers = [*wanted, *scoped]
    return {"cluster": clusters.shown(world, name, clusters.EVERYTHING)}


def used_by(world: World, provider: str, cluster: str) -> str:
    """Return what uses a provider in a cluster: a service's or a task's ARN; empty if none."""
    for service in world.services.values():
        strategy = service.raw.get("capacityProviderStrategy") or []
        names = {item["capacityProvider"] for item in strategy}
        if service.cluster == cluster and service.status != "INACTIVE" and provider in names:
            return service.arn
    for task in world.tasks.all.values():
        here = task.cluster == cluster and task.capacity_provider == provider
        if here and task.stopped_s is None:
            return task.arn
    return ""


def _scoped(world: World, name: str) -> bool:
    provider = world.capacity_providers.get(name)
    return provider is not None and bool(provider.cluster)


def _existing(world: World, name: str) -> SimProvider:
    provider = world.capacity_providers.get(name.rpartition("/")[2])
    if provider is None or provider.status == "INACTIVE":
        raise invalid(f"The specified capacity provider {name} was not found.")
    return provider


def _shown(provider: SimProvider, *, tagged: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "capacityProviderArn": provider.arn,
        "name": provider.name,
        "status": provider.status,
        "tags": as_list(provider.tags) if tagged else [],
        "type": provider.kind,
    }
    optional = {
        "cluster": provider.cluster,
        "autoScalingGroupProvider": provider.group,
        "managedInstancesProvider": provider.managed,
        "updateStatus": provider.update_status,
        "updateStatusReason": provider.update_reason,
    }
    return shown | {key: value for key, value in optional.items() if value}


def _of_fargate(world: World, name: str) -> dict[str, Any]:
    arn = f"arn:aws:ecs:{world.region}:{ACCOUNT}:capacity-provider/{name}"
    return {
        "capacityProviderArn": arn,
        "name": name,
        "status": "ACTIVE",
        "tags": [],
        "type": name,
    }
