"""VPC Lattice: target groups and their targets.

Sources: VPC Lattice API reference and user guide, "Target groups"; the examples of the AWS CLI's
`get-target-group`, `list-targets` and `register-targets`. *Unknown*: the texts of errors, the codes
of failures and of states other than UNHEALTHY, and how long a target group is being created or
deleted (assumed not to take any time).
"""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT, Address, SimTargetGroup

DRAINS_S = 60.0
"""VPC Lattice API reference, TargetSummary: "The default draining time is 1 minute"."""

_TYPES = {"IP", "INSTANCE"}
_REASONS = {"unhealthy": "HealthCheckFailed"}
_ID = string.digits + string.ascii_lowercase


def arn_of(world: World, target_group_id: str) -> str:
    """Return the ARN of a target group."""
    return f"arn:aws:vpc-lattice:{world.region}:{ACCOUNT}:targetgroup/{target_group_id}"


def _group(world: World, params: dict[str, Any]) -> SimTargetGroup:
    named = params["targetGroupIdentifier"]
    group = world.groups.groups.get(named if named.startswith("arn:") else arn_of(world, named))
    if group is None or not group.lattice:
        raise ApiError("ResourceNotFoundException", f"Target group {named} not found", 404)
    return group


def _service_arns(world: World, group: SimTargetGroup) -> list[str]:
    """Return the VPC Lattice service that a group is used by; each has one at most."""
    service = f"svc-{group.arn.rpartition('-')[2]}"
    arn = f"arn:aws:vpc-lattice:{world.region}:{ACCOUNT}:service/{service}"
    return [arn] if group.in_use else []


def _brief(world: World, group: SimTargetGroup) -> dict[str, Any]:
    return {
        "arn": group.arn,
        "id": group.arn.rpartition("/")[2],
        "name": group.name,
        "type": "IP" if group.target_type == "ip" else "INSTANCE",
        "status": "ACTIVE",
        "serviceArns": _service_arns(world, group),
        "createdAt": stamp(group.created_s),
        "lastUpdatedAt": stamp(group.created_s),
    }


def _config(group: SimTargetGroup) -> dict[str, Any]:
    check: dict[str, Any] = {
        "enabled": group.checked,
        "healthCheckIntervalSeconds": int(group.interval_s),
        "healthCheckTimeoutSeconds": int(group.timeout_s),
        "healthyThresholdCount": group.healthy_threshold,
        "unhealthyThresholdCount": group.unhealthy_threshold,
        "matcher": {"httpCode": "200"},
        "path": "/",
        "protocol": group.protocol,
        "protocolVersion": "HTTP1",
    }
    if group.health_check_port is not None:
        check["port"] = group.health_check_port
    shown = {
        "port": group.port,
        "protocol": group.protocol,
        "protocolVersion": "HTTP1",
        "vpcIdentifier": group.vpc_id,
        "healthCheck": check,
    }
    if group.target_type == "ip":
        shown["ipAddressType"] = group.address_family.upper()
    return shown


def get_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe a target group, by ARN or id."""
    group = _group(world, params)
    return {**_brief(world, group), "config": _config(group)}


def list_target_groups(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the target groups, of one VPC or type if that is requested."""
    vpc, kind = params.get("vpcIdentifier"), params.get("targetGroupType")
    found = [
        _brief(world, group)
        | {"port": group.port, "protocol": group.protocol, "vpcIdentifier": group.vpc_id}
        for group in world.groups.groups.values()
        if group.lattice and vpc in {None, group.vpc_id}
    ]
    return page("items", [one for one in found if kind in {None, one["type"]}], params)


def create_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a target group, in use by a VPC Lattice service from the start."""
    kind, config = params["type"], params.get("config") or {}
    if kind not in _TYPES:
        raise ApiError("ValidationException", f"Targets of type {kind} aren't simulated.")
    if any(g.name == params["name"] for g in world.groups.groups.values() if g.lattice):
        text = f"A target group with the name {params['name']} already exists"
        raise ApiError("ConflictException", text, 409)
    check, protocol = config.get("healthCheck") or {}, str(config.get("protocol") or "HTTP")
    group = SimTargetGroup(
        arn=arn_of(world, f"tg-0{world.engine.name(_ID, 16)}"),
        name=params["name"],
        target_type=kind.lower(),
        port=int(config.get("port") or (443 if protocol == "HTTPS" else 80)),
        protocol=protocol,
        address_family=str(config.get("ipAddressType") or "IPV4").lower(),
        interval_s=float(check.get("healthCheckIntervalSeconds") or 30),
        timeout_s=float(check.get("healthCheckTimeoutSeconds") or 5),
        healthy_threshold=int(check.get("healthyThresholdCount") or 5),
        unhealthy_threshold=int(check.get("unhealthyThresholdCount") or 2),
        deregistration_delay_s=DRAINS_S,
        health_check_port=check.get("port"),
        checked=bool(check.get("enabled", config.get("protocolVersion") in {None, "HTTP1"})),
        vpc_id=config.get("vpcIdentifier") or "",
        created_s=world.now,
    )
    world.add_target_group(group)
    shown = _brief(world, group)
    wanted = ("id", "arn", "name", "type", "status")
    return {**{key: shown[key] for key in wanted}, "config": _config(group)}


def delete_target_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a target group that no service uses."""
    group = _group(world, params)
    for service in world.services.values():
        used = {b["targetGroupArn"] for b in service.load_balancers}
        if group.arn in used and service.status != "INACTIVE":
            raise ApiError("ConflictException", f"Target group {group.name} is in use", 409)
    del world.groups.groups[group.arn]
    return {"id": group.arn.rpartition("/")[2], "arn": group.arn, "status": "DELETE_IN_PROGRESS"}


def _addresses(group: SimTargetGroup, params: dict[str, Any]) -> list[Address]:
    given = params.get("targets") or []
    return [(target["id"], int(target.get("port") or group.port)) for target in given]


def _shown(addresses: list[Address]) -> list[dict[str, Any]]:
    return [{"id": address[0], "port": address[1]} for address in addresses]


def register_targets(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Register targets."""
    return _each(world, params, world.groups.register)


def deregister_targets(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Deregister targets; a target that isn't registered is ignored."""
    return _each(world, params, world.groups.deregister)


def _each(
    world: World, params: dict[str, Any], change: Callable[[str, Address], Any]
) -> dict[str, Any]:
    group = _group(world, params)
    addresses = _addresses(group, params)
    for address in addresses:
        change(group.arn, address)
    return {"successful": _shown(addresses), "unsuccessful": []}


def list_targets(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the targets with their health, or those of them that are requested."""
    group = _group(world, params)
    seen = Read(world, "group").see(group.arn, group) or {}
    wanted = _addresses(group, params) or list(seen)
    found = []
    for address in (each for each in wanted if each in seen):
        state = seen[address]["State"].partition(".")[0]
        shown = {"id": address[0], "port": address[1], "status": state.upper()}
        reason = _REASONS.get(state)
        found.append({**shown, **({"reasonCode": reason} if reason else {})})
    return page("items", found, params)
