"""Target groups: describe, register, deregister, health."""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.reads import Read
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import Address, SimTargetGroup

_UNREGISTERED = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}


def describe_target_groups(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe the given target groups, or all."""
    known = [arn for arn, group in world.groups.groups.items() if not group.lattice]
    arns = params.get("TargetGroupArns") or known
    return {"TargetGroups": [_shown(world, group_of(world, arn)) for arn in arns]}


def group_of(world: World, arn: str) -> SimTargetGroup:
    """Return a load balancer's target group.

    Raises:
        ApiError: It doesn't exist, or is one of VPC Lattice.
    """
    group = world.groups.get(arn)
    if group.lattice:
        raise ApiError("ValidationError", f"'{arn}' is not a valid target group ARN")
    return group


def _shown(world: World, group: SimTargetGroup) -> dict[str, Any]:
    balancer = f"arn:aws:elasticloadbalancing:{world.region}:123456789012:loadbalancer/app/main/1"
    return {
        "TargetGroupArn": group.arn,
        "TargetGroupName": group.name,
        "TargetType": group.target_type,
        "Port": group.port,
        "Protocol": group.protocol,
        "IpAddressType": group.address_family,
        "HealthCheckEnabled": True,
        "HealthCheckPort": str(group.health_check_port or "traffic-port"),
        "HealthCheckIntervalSeconds": int(group.interval_s),
        "HealthCheckTimeoutSeconds": int(group.timeout_s),
        "HealthyThresholdCount": group.healthy_threshold,
        "UnhealthyThresholdCount": group.unhealthy_threshold,
        "LoadBalancerArns": [balancer] if group.in_use else [],
    }


def describe_target_group_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe the attributes that matter here: the deregistration delay."""
    group = group_of(world, params["TargetGroupArn"])
    delay = str(int(group.deregistration_delay_s))
    return {"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": delay}]}


def _address(group: SimTargetGroup, target: dict[str, Any]) -> Address:
    return target["Id"], int(target.get("Port") or group.port)


def register_targets(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Register targets."""
    group = group_of(world, params["TargetGroupArn"])
    for target in params["Targets"]:
        world.groups.register(group.arn, _address(group, target))
    return {}


def deregister_targets(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Deregister targets; a target that isn't registered is ignored."""
    group = group_of(world, params["TargetGroupArn"])
    for target in params["Targets"]:
        world.groups.deregister(group.arn, _address(group, target))
    return {}


def describe_target_health(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe the health of all targets, or of the given ones (unused if not registered)."""
    group = group_of(world, params["TargetGroupArn"])
    asked = params.get("Targets")
    seen = Read(world, "group").see(group.arn, group) or {}
    addresses = [_address(group, t) for t in asked] if asked else list(seen)
    return {
        "TargetHealthDescriptions": [
            {
                "Target": {"Id": address[0], "Port": address[1]},
                "HealthCheckPort": str(group.health_check_port or address[1]),
                "TargetHealth": seen.get(address, _UNREGISTERED),
            }
            for address in addresses
        ]
    }
