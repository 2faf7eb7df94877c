"""Target groups: create, change the attributes of, delete.

Sources: ELB API reference, CreateTargetGroup: defaults of an ALB's HTTP target groups.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.elb import (
    describe_target_group_attributes,
    describe_target_groups,
    group_of,
)
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT, SimTargetGroup

_TYPES = {"ip", "instance"}
_DELAY = "deregistration_delay.timeout_seconds"
_LONGEST_DELAY_S = 3600


def create_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a target group, in use by a load balancer from the start."""
    name, target_type = params["Name"], params.get("TargetType") or "instance"
    if target_type not in _TYPES:
        raise ApiError("ValidationError", f"Target type '{target_type}' isn't simulated: ip is.")
    if any(group.name == name for group in world.groups.groups.values()):
        raise ApiError(
            "DuplicateTargetGroupName",
            f"A target group with the same name '{name}' exists, but with different settings",
        )
    number = world.engine.name("0123456789abcdef", 16)
    arn = f"arn:aws:elasticloadbalancing:{world.region}:{ACCOUNT}:targetgroup/{name}/{number}"
    asked = str(params.get("HealthCheckPort") or "")
    group = SimTargetGroup(
        arn=arn,
        name=name,
        target_type=target_type,
        port=int(params.get("Port") or 80),
        protocol=params.get("Protocol") or "HTTP",
        address_family=params.get("IpAddressType") or "ipv4",
        interval_s=float(params.get("HealthCheckIntervalSeconds") or 30),
        timeout_s=float(params.get("HealthCheckTimeoutSeconds") or 5),
        health_check_port=int(asked) if asked.isdecimal() else None,
        healthy_threshold=int(params.get("HealthyThresholdCount") or 5),
        unhealthy_threshold=int(params.get("UnhealthyThresholdCount") or 2),
    )
    world.add_target_group(group)
    return describe_target_groups(world, {"TargetGroupArns": [arn]})


def modify_target_group_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change the deregistration delay; other attributes have no effect here."""
    group = group_of(world, params["TargetGroupArn"])
    for attribute in params["Attributes"]:
        if attribute.get("Key") != _DELAY:
            continue
        value = str(attribute.get("Value"))
        if not value.isdecimal() or int(value) > _LONGEST_DELAY_S:
            raise ApiError("InvalidConfigurationRequest", f"{_DELAY} must be 0 to 3600")
        group.deregistration_delay_s = float(value)
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
