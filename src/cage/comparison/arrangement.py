"""Converts lists whose order doesn't matter to unordered collections.

A list of named things becomes `Named`; any other list whose order doesn't matter becomes a
`Bag`. Lists whose order ECS or the task respects stay lists: commands, DNS servers, environment
files (later ones win), placement strategies.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cage.model.base import Shape
    from cage.ports.shapes import AwsShape

_NAMED_BY: dict[str, tuple[str, ...]] = {
    "CapacityProviderStrategyItem": ("capacityProvider",),
    "ContainerDefinition": ("name",),
    "ContainerDependency": ("containerName",),
    "Device": ("hostPath",),
    "EBSTagSpecification": ("resourceType",),
    "HostEntry": ("hostname",),
    "InferenceAccelerator": ("deviceName",),
    "KeyValuePair": ("name",),
    "LoadBalancer": ("targetGroupArn", "loadBalancerName", "containerName", "containerPort"),
    "MountPoint": ("containerPath",),
    "PortMapping": ("containerPort", "containerPortRange", "protocol"),
    "ResourceRequirement": ("type",),
    "Secret": ("name",),
    "ServiceConnectService": ("portName",),
    "ServiceVolumeConfiguration": ("name",),
    "SystemControl": ("namespace",),
    "Tag": ("key",),
    "Tmpfs": ("containerPath",),
    "Ulimit": ("name",),
    "Volume": ("name",),
    "VolumeFrom": ("sourceContainer",),
}
"""The members that identify the elements of a list, by the element's type."""

_PAIRS = {
    "HostEntry": "ipAddress",
    "KeyValuePair": "value",
    "Secret": "valueFrom",
    "SystemControl": "value",
    "Tag": "value",
}
"""Types that are a name and one value; the value represents the whole."""

_BAGS = frozenset(
    {
        ("AwsVpcConfiguration", "securityGroups"),
        ("AwsVpcConfiguration", "subnets"),
        ("ContainerDefinition", "dockerSecurityOptions"),
        ("ContainerDefinition", "links"),
        ("ContainerRestartPolicy", "ignoredExitCodes"),
        ("CreateServiceRequest", "placementConstraints"),
        ("CreateServiceRequest", "serviceRegistries"),
        ("CreateServiceRequest", "vpcLatticeConfigurations"),
        ("DeploymentAlarms", "alarmNames"),
        ("DeploymentConfiguration", "lifecycleHooks"),
        ("DeploymentLifecycleHook", "lifecycleStages"),
        ("Device", "permissions"),
        ("KernelCapabilities", "add"),
        ("KernelCapabilities", "drop"),
        ("RegisterTaskDefinitionRequest", "placementConstraints"),
        ("RegisterTaskDefinitionRequest", "requiresCompatibilities"),
        ("ServiceConnectService", "clientAliases"),
    }
)
"""Other lists whose order doesn't matter, by the structure that contains them."""

_LONG = "targetgroup/"


class Named(dict[str, Any]):
    """Things by name, or the entries of a map: `thing[name]` in a path."""


class Bag(list[Any]):
    """Unordered values; sorted, to make equal bags equal lists."""


def arranged(value: Shape, shape: AwsShape) -> dict[str, Any]:
    """Return a reduced request with its lists arranged."""
    return {key: _member(value[key], shape, key) for key in shape.members if key in value}


def _member(value: Any, owner: AwsShape, key: str) -> Any:
    shape = owner.members[key]
    if isinstance(value, list) and (owner.name, key) in _BAGS:
        return Bag(sorted((_value(item, shape.element) for item in value), key=_order))
    return _placement(owner, key, _value(value, shape))


def _value(value: Any, shape: AwsShape) -> Any:
    if shape.is_document:
        return value
    if isinstance(value, dict):
        if shape.kind == "structure":
            return arranged(value, shape)
        return Named({key: _value(item, shape.element) for key, item in value.items()})
    if isinstance(value, list):
        if shape.element.name in _NAMED_BY:
            return _named(value, shape.element)
        return [_value(item, shape.element) for item in value]
    return value


def name_of(item: Any, shape: AwsShape) -> str | None:
    """Return what identifies an element of a list; None where nothing does."""
    keys = _NAMED_BY.get(shape.name)
    if keys is None or not isinstance(item, dict):
        return None
    return "/".join(_shown(item[key]) for key in keys if key in item)


def _named(items: list[Any], shape: AwsShape) -> Named:
    """Arrange by name; a repeated name gets a number, so nothing is lost."""
    keys = _NAMED_BY[shape.name]
    found = Named()
    for item in items:
        name = name_of(item, shape) or ""
        count, free = 1, name
        while free in found:
            count += 1
            free = f"{name}#{count}"
        rest = {key: part for key, part in item.items() if key not in keys}
        pair = _PAIRS.get(shape.name)
        found[free] = rest.get(pair, "") if pair else arranged(rest, shape)
    return found


def _shown(value: Any) -> str:
    """Return a part of a name; of a target group's ARN, the name that people use."""
    text = str(value)
    return text.partition(_LONG)[2] or text


def _placement(owner: AwsShape, key: str, value: Any) -> Any:
    """Spell a placement field like ECS: `host` becomes instanceId, and case doesn't count.

    Source: hashicorp/terraform-provider-aws, ordered_placement_strategy of aws_ecs_service.
    """
    if (owner.name, key) == ("PlacementStrategy", "field") and isinstance(value, str):
        folded = value.casefold()
        return "instanceId" if folded in {"host", "instanceid"} else folded
    return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
