"""Target groups: describe, register, deregister, health."""

from __future__ import annotations

import re
from typing import Any

from ecs_simulator.operations.reads import Read
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import Address, SimTargetGroup

_PAGE = 400
_IN_LISTENER = re.compile(r"(.*):listener(?:-rule)?/((?:app|net)/[^/]+/[^/]+)/")
"""The load balancer of a listener's or rule's ARN."""

_ANY = "arn:aws:elasticloadbalancing:{}:123456789012:loadbalancer/app/main/1"
_OF_BOTH = {
    "stickiness.enabled": "false",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
}
_OF_HTTP = {
    **_OF_BOTH,
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "slow_start.duration_seconds": "0",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
}
_OF_TCP = {
    **_OF_BOTH,
    "stickiness.type": "source_ip",
    "preserve_client_ip.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
    "deregistration_delay.connection_termination.enabled": "false",
}
"""Defaults (ELB API reference, TargetGroupAttribute)."""

_UNREGISTERED = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}


def describe_target_groups(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe target groups by ARN, by name or of a load balancer, or all, in pages."""
    known = [group for group in world.groups.groups.values() if not group.lattice]
    arns, names = params.get("TargetGroupArns"), params.get("Names")
    balancer = params.get("LoadBalancerArn")
    found = [group_of(world, arn) for arn in arns] if arns else known
    if names:
        found = [group for group in known if group.name in names]
        if len(found) < len(set(names)):
            raise ApiError("TargetGroupNotFound", "One or more target groups not found")
    if balancer:
        found = [group for group in found if balancer in _balancers(world, group)]
    first, size = int(params.get("Marker") or 0), int(params.get("PageSize") or _PAGE)
    shown = [_shown(world, group) for group in found[first : first + size]]
    more = {"NextMarker": str(first + size)} if first + size < len(found) else {}
    return {"TargetGroups": shown, **more}


def _balancers(world: World, group: SimTargetGroup) -> list[str]:
    """Return the load balancers whose listeners or rules forward to a target group.

    If no listener forwards to a group that is in use, one load balancer stands for the unknown one.
    """
    forwards = [arn for arn, one in world.listeners.all.items() if group.arn in one.weights]
    parts = [_IN_LISTENER.match(arn) for arn in forwards]
    found = [f"{part[1]}:loadbalancer/{part[2]}" for part in parts if part is not None]
    if found:
        return list(dict.fromkeys(found))
    return [_ANY.format(world.region)] if group.in_use else []


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
    by_http = group.protocol in {"HTTP", "HTTPS"}
    checked_by = group.check_protocol or (group.protocol if by_http else "TCP")
    shown = {
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
        "LoadBalancerArns": _balancers(world, group),
        "HealthCheckProtocol": checked_by,
    }
    if group.vpc_id:
        shown["VpcId"] = group.vpc_id
    if checked_by in {"HTTP", "HTTPS"}:
        shown |= {"HealthCheckPath": group.path, "Matcher": {"HttpCode": group.codes}}
    if by_http:
        shown["ProtocolVersion"] = "HTTP1"
    return shown


def describe_target_group_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe a target group's attributes, with ELB's defaults."""
    group = group_of(world, params["TargetGroupArn"])
    usual = _OF_HTTP if group.protocol in {"HTTP", "HTTPS"} else _OF_TCP
    delay = str(int(group.deregistration_delay_s))
    found = {"deregistration_delay.timeout_seconds": delay, **usual, **group.attributes}
    return {"Attributes": [{"Key": key, "Value": value} for key, value in found.items()]}


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
