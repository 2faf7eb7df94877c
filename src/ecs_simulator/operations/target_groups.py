"""Target groups: create, change, tag, delete.

Sources: ELB API reference, CreateTargetGroup: defaults by protocol; TargetGroupAttribute.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations import target_group_rules
from ecs_simulator.operations.elb import (
    describe_target_group_attributes,
    describe_target_groups,
    group_of,
)
from ecs_simulator.operations.refusals import LeftToMotoError
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT, SimTargetGroup

_TYPES = {"ip", "instance"}
_DELAY = "deregistration_delay.timeout_seconds"
_OF_HTTP = ("HTTP", "HTTPS")
_MEMBERS = {
    "HealthCheckIntervalSeconds": "interval_s",
    "HealthCheckTimeoutSeconds": "timeout_s",
    "HealthyThresholdCount": "healthy_threshold",
    "UnhealthyThresholdCount": "unhealthy_threshold",
    "HealthCheckPath": "path",
    "HealthCheckProtocol": "check_protocol",
}


def create_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a target group, in use by a load balancer from the start."""
    name, target_type = params["Name"], params.get("TargetType") or "instance"
    if target_type not in _TYPES:
        raise ApiError("ValidationError", f"Target type '{target_type}' isn't simulated: ip is.")
    target_group_rules.check_name(name)
    for key, text in (("Protocol", "protocol"), ("Port", "port"), ("VpcId", "VPC ID")):
        if not params.get(key):
            raise ApiError("ValidationError", f"A {text} must be specified")
    target_group_rules.check_health(params, params["Protocol"])
    if any(group.name == name for group in world.groups.groups.values()):
        raise ApiError(
            "DuplicateTargetGroupName",
            f"A target group with the same name '{name}' exists, but with different settings",
        )
    number = world.engine.name("0123456789abcdef", 16)
    arn = f"arn:aws:elasticloadbalancing:{world.region}:{ACCOUNT}:targetgroup/{name}/{number}"
    by_http = params["Protocol"] in _OF_HTTP
    group = SimTargetGroup(
        arn=arn,
        name=name,
        target_type=target_type,
        port=int(params["Port"]),
        protocol=params["Protocol"],
        address_family=params.get("IpAddressType") or "ipv4",
        timeout_s=5.0 if by_http else 10.0,
        vpc_id=params["VpcId"],
        tags=_tags(params.get("Tags") or []),
    )
    _apply(group, params)
    world.add_target_group(group)
    return describe_target_groups(world, {"TargetGroupArns": [arn]})


def modify_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change the health checks of a target group."""
    group = group_of(world, params["TargetGroupArn"])
    target_group_rules.check_health(params, group.protocol)
    _apply(group, params)
    return describe_target_groups(world, {"TargetGroupArns": [group.arn]})


def _apply(group: SimTargetGroup, params: dict[str, Any]) -> None:
    for key, name in _MEMBERS.items():
        if params.get(key) is not None:
            value = params[key]
            setattr(group, name, float(value) if name.endswith("_s") else value)
    port = str(params.get("HealthCheckPort") or "")
    if port:
        group.health_check_port = int(port) if port.isdecimal() else None
    group.codes = (params.get("Matcher") or {}).get("HttpCode") or group.codes


def modify_target_group_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change attributes; only the deregistration delay has an effect here."""
    group = group_of(world, params["TargetGroupArn"])
    asked = {str(a.get("Key")): str(a.get("Value")) for a in params["Attributes"]}
    target_group_rules.check_attributes(group, asked)
    group.attributes |= {key: value for key, value in asked.items() if key != _DELAY}
    if _DELAY in asked:
        group.deregistration_delay_s = float(asked[_DELAY])
    return describe_target_group_attributes(world, params)


def delete_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a target group that no service uses; one that doesn't exist is ignored."""
    arn = params["TargetGroupArn"]
    for service in world.services.values():
        named = {b.get("targetGroupArn") for b in service.load_balancers}
        if arn in named and service.status != "INACTIVE":
            raise ApiError(
                "ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule"
            )
    world.groups.groups.pop(arn, None)
    return {}


def add_tags(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Add tags to target groups."""
    for group in _tagged(world, params):
        group.tags |= _tags(params["Tags"])
    return {}


def remove_tags(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Remove tags from target groups."""
    for group in _tagged(world, params):
        for key in params["TagKeys"]:
            group.tags.pop(key, None)
    return {}


def describe_tags(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe the tags of target groups."""
    found = []
    for group in _tagged(world, params):
        tags = [{"Key": key, "Value": value} for key, value in group.tags.items()]
        found.append({"ResourceArn": group.arn, "Tags": tags})
    return {"TagDescriptions": found}


def _tagged(world: World, params: dict[str, Any]) -> list[SimTargetGroup]:
    """Return the target groups whose tags are meant; load balancers and their rules are moto's."""
    arns = params["ResourceArns"]
    if not all(":targetgroup/" in arn for arn in arns):
        raise LeftToMotoError
    return [group_of(world, arn) for arn in arns]


def _tags(given: list[dict[str, Any]]) -> dict[str, str]:
    return {str(tag["Key"]): str(tag.get("Value") or "") for tag in given}
