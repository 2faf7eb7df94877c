"""Defaults that ECS adds to a request, as its descriptions show them.

Sources: answers of the real API as people published them. For task definitions:
pulumi/pulumi-aws#1985, terraform-aws-modules/terraform-aws-ecs#148 (health checks),
hashicorp/terraform-provider-aws#46132 (volumes). For services: the examples of the AWS CLI's
`describe-services`, go-to-k/cdk-real-drift#1740 (deployment configuration, REPLICA and DAEMON).
"""

from __future__ import annotations

import copy
from typing import Any

from ecs_rules import percents, rebalancing
from ecs_rules.size import cpu_units, memory_mib
from ecs_simulator.world.task_entities import ACCOUNT

LATEST_PLATFORM = "1.4.0"
"""The version of LATEST on Fargate (ECS developer guide, "Fargate platform versions")."""

_SERVICE_LINKED_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
)
_CONTAINER_LISTS = ("portMappings", "environment", "mountPoints", "volumesFrom", "systemControls")


def task_definition(params: dict[str, Any]) -> dict[str, Any]:
    """Return a task definition as DescribeTaskDefinition shows it, without tags."""
    shown = copy.deepcopy(params)
    shown.pop("tags", None)
    for size, units in (("cpu", cpu_units), ("memory", memory_mib)):
        amount = units(str(shown.get(size) or ""))
        if amount is not None:
            shown[size] = str(amount)
    mode = shown.get("networkMode") or "bridge"
    shown["containerDefinitions"] = [_container(c, mode) for c in shown["containerDefinitions"]]
    shown["volumes"] = [_volume(volume) for volume in shown.get("volumes") or []]
    shown.setdefault("placementConstraints", [])
    if not shown.get("requiresCompatibilities"):
        # "If no value is specified, the parameter is omitted from the response."
        shown.pop("requiresCompatibilities", None)
    shown["compatibilities"] = ["EC2"]
    if mode == "awsvpc" and shown.get("cpu") and shown.get("memory"):
        shown["compatibilities"] = ["EC2", "FARGATE"]
    shown["requiresAttributes"] = [{"name": "ecs.capability.task-eni"}] if mode == "awsvpc" else []
    return shown


def _container(given: dict[str, Any], mode: str) -> dict[str, Any]:
    shown = {"cpu": 0, "essential": True, **{key: [] for key in _CONTAINER_LISTS}, **given}
    for mapping in shown["portMappings"]:
        mapping.setdefault("protocol", "tcp")
        if "containerPort" in mapping:
            open_port = mapping["containerPort"] if mode in {"awsvpc", "host"} else 0
            mapping["hostPort"] = mapping.get("hostPort") or open_port
    if "healthCheck" in shown:
        shown["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3, **shown["healthCheck"]}
    return shown


def _volume(given: dict[str, Any]) -> dict[str, Any]:
    shown = dict(given)
    kinds = {key for key in shown if key not in {"name", "configuredAtLaunch"}}
    if not kinds and not shown.get("configuredAtLaunch"):
        shown["host"] = {}
    efs = shown.get("efsVolumeConfiguration")
    if efs is not None:
        shown["efsVolumeConfiguration"] = {"rootDirectory": "/", **efs}
    return shown


def service(params: dict[str, Any], launch_type: str) -> dict[str, Any]:
    """Return what DescribeServices shows of a service apart from its state, without tags."""
    daemon = params.get("schedulingStrategy") == "DAEMON"
    shown: dict[str, Any] = {
        "loadBalancers": params.get("loadBalancers") or [],
        "serviceRegistries": params.get("serviceRegistries") or [],
        "schedulingStrategy": "DAEMON" if daemon else "REPLICA",
        "deploymentController": params.get("deploymentController") or {"type": "ECS"},
        "deploymentConfiguration": _deployment_configuration(params, daemon=daemon),
        "placementConstraints": params.get("placementConstraints") or [],
        "placementStrategy": params.get("placementStrategy") or [],
        "enableECSManagedTags": bool(params.get("enableECSManagedTags")),
        "propagateTags": params.get("propagateTags") or "NONE",
        "enableExecuteCommand": bool(params.get("enableExecuteCommand")),
        "availabilityZoneRebalancing": _rebalancing(params),
        **_placed(params, launch_type),
    }
    if launch_type == "FARGATE":
        shown["platformVersion"] = params.get("platformVersion") or "LATEST"
        shown["platformFamily"] = "Linux"
    if params.get("networkConfiguration"):
        shown["networkConfiguration"] = _network(params["networkConfiguration"])
    grace_s = params.get("healthCheckGracePeriodSeconds") or 0
    if shown["loadBalancers"] or grace_s:
        shown["healthCheckGracePeriodSeconds"] = grace_s
    if params.get("role"):
        shown["roleArn"] = _role_arn(params["role"])
    elif shown["loadBalancers"] or shown["serviceRegistries"]:
        shown["roleArn"] = _SERVICE_LINKED_ROLE
    return shown


def deployment(params: dict[str, Any], launch_type: str) -> dict[str, Any]:
    """Return what DescribeServices shows of a deployment apart from its state.

    Volumes, Service Connect and VPC Lattice are shown nowhere else. The platform is the one
    that is running.
    """
    shown = _placed(params, launch_type)
    if launch_type == "FARGATE":
        shown["platformVersion"] = platform(params.get("platformVersion"))
        shown["platformFamily"] = "Linux"
    if params.get("networkConfiguration"):
        shown["networkConfiguration"] = _network(params["networkConfiguration"])
    for key in ("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"):
        if params.get(key):
            shown[key] = params[key]
    return shown


def platform(version: str | None) -> str:
    """Return the platform version that runs when this one is requested."""
    return LATEST_PLATFORM if version in {None, "", "LATEST"} else str(version)


def _placed(params: dict[str, Any], launch_type: str) -> dict[str, Any]:
    """Return what decides where tasks run: providers, with their defaults, or a launch type."""
    strategy = params.get("capacityProviderStrategy")
    if strategy:
        return {"capacityProviderStrategy": [{"weight": 0, "base": 0, **one} for one in strategy]}
    return {"launchType": launch_type}


def _network(given: dict[str, Any]) -> dict[str, Any]:
    """Return a network configuration with its defaults."""
    vpc = given.get("awsvpcConfiguration")
    if vpc is None:
        return given
    filled = {"securityGroups": [], "assignPublicIp": "DISABLED", **vpc}
    return {**given, "awsvpcConfiguration": filled}


def _deployment_configuration(params: dict[str, Any], *, daemon: bool) -> dict[str, Any]:
    given = params.get("deploymentConfiguration") or {}
    breaker = given.get("deploymentCircuitBreaker") or {}
    threshold = {"type": "BOUNDED_PERCENT", "value": 50}
    return {
        **percents.DEFAULTS["DAEMON" if daemon else "REPLICA"],
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
        **given,
        "deploymentCircuitBreaker": {
            "enable": False,
            "rollback": False,
            "resetOnHealthyTask": True,
            **breaker,
            "thresholdConfiguration": {
                **threshold,
                **(breaker.get("thresholdConfiguration") or {}),
            },
        },
    }


def _rebalancing(params: dict[str, Any]) -> str:
    """Return the default of rebalancing: on for services that can be rebalanced.

    Sources: API reference, CreateService; AWS Health notice of June 2025, services that are not
    compatible get DISABLED. One that must not run more tasks than it wants can't be rebalanced.
    """
    room = percents.percent(params, "maximumPercent") > 100  # noqa: PLR2004  a percentage
    can = room and next(rebalancing.hindrances(params), None) is None
    return str(params.get("availabilityZoneRebalancing") or ("ENABLED" if can else "DISABLED"))


def _role_arn(role: str) -> str:
    name = role.strip("/")
    return role if role.startswith("arn:") else f"arn:aws:iam::{ACCOUNT}:role/{name}"
