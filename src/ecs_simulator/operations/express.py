"""Express services: create, describe, update, delete.

Sources: ECS API reference, CreateExpressGatewayService; ECS developer guide, "Resources created
by Amazon ECS Express Mode services" and "Updating an Amazon ECS Express Mode service": 5 % of the
traffic, then two bake times of three minutes. Scaling, alarms and the endpoint's certificate
aren't simulated. *Unknown*: the names of the family and of the target groups.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations import services
from ecs_simulator.operations.definitions import register_task_definition
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.operations.target_groups import create_target_group
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.service_entities import SimService, SimServiceRevision
from ecs_simulator.world.task_entities import ACCOUNT

_OF_TASKS = ("primaryContainer", "executionRoleArn", "taskRoleArn", "cpu", "memory")
_MANAGED = "resourceManagementType"
_CONTAINER, _PORT = "Main", 80
_VPC = "vpc-0123456789abcdef0"
_SHIFT = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 3,
    "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 3},
}


def create_express_gateway_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create an Express service: its task definition, target groups and service."""
    name = params.get("serviceName") or f"express-{world.engine.hex_id(8)}"
    revision = params.get("taskDefinitionArn") or _registered(world, name, params)
    definition = {
        "cluster": params.get("cluster"),
        "serviceName": name,
        "taskDefinition": revision,
        "launchType": "FARGATE",
        "desiredCount": (params.get("scalingTarget") or {}).get("minTaskCount") or 1,
        "networkConfiguration": _network(params),
        "deploymentConfiguration": _SHIFT,
        "loadBalancers": [_balancer(world, name, params)],
        "tags": params.get("tags") or [],
        _MANAGED: "ECS",
        "express": params,
    }
    services.create_service(world, definition)
    service = world.service(world.cluster(params.get("cluster")), name)
    if service is None:
        raise ApiError("ServerException", "The service was not created.")
    return {"service": _shown(service)}


def describe_express_gateway_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe an Express service by its ARN."""
    service = _found(world, params["serviceArn"])
    shown = _shown(service)
    if "TAGS" in (params.get("include") or []):
        shown["tags"] = service.raw.get("tags") or []
    return {"service": shown}


def update_express_gateway_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Deploy a new configuration; what isn't given stays as it is."""
    service = _found(world, params["serviceArn"])
    given = {key: value for key, value in params.items() if value is not None}
    merged = service.raw["express"] | given
    revision = given.get("taskDefinitionArn")
    if revision is None and not set(_OF_TASKS).isdisjoint(given):
        revision = _registered(world, service.name, merged)
    change = {"cluster": service.cluster, "service": service.name, "taskDefinition": revision}
    if "networkConfiguration" in given:
        change["networkConfiguration"] = _network(merged)
    services.update_service(world, {k: v for k, v in change.items() if v is not None})
    service.raw["express"] = merged
    shown = _shown(service)
    target = shown.pop("activeConfigurations")[0]
    return {"service": {**shown, "targetConfiguration": target}}


def delete_express_gateway_service(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Drain an Express service and leave it INACTIVE."""
    service = _found(world, params["serviceArn"])
    services.delete_service(
        world, {"cluster": service.cluster, "service": service.name, "force": True}
    )
    return {"service": _shown(service)}


def _found(world: World, arn: str) -> SimService:
    service = next((s for s in world.services.values() if s.arn == arn), None)
    if service is None:
        raise ApiError("ServiceNotFoundException", "Service not found.")
    if service.raw.get(_MANAGED) != "ECS":
        raise invalid("The service is not an Express service.")
    return service


def _registered(world: World, name: str, params: dict[str, Any]) -> str:
    """Register the task definition of the primary container, and return its ARN."""
    container = params.get("primaryContainer")
    if not container:
        raise invalid("Either primaryContainer or taskDefinitionArn must be specified.")
    kept = ("image", "command", "environment", "secrets", "repositoryCredentials")
    main = {key: container[key] for key in kept if container.get(key)}
    port = {"containerPort": container.get("containerPort") or _PORT, "name": "main"}
    definition = {
        "family": f"{world.cluster(params.get('cluster'))}-{name}",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": params.get("cpu") or "256",
        "memory": params.get("memory") or "512",
        "containerDefinitions": [{**main, "name": _CONTAINER, "portMappings": [port]}],
    }
    roles = {key: params[key] for key in ("executionRoleArn", "taskRoleArn") if params.get(key)}
    made = register_task_definition(world, {**definition, **roles})
    return str(made["taskDefinition"]["taskDefinitionArn"])


def _network(params: dict[str, Any]) -> dict[str, Any]:
    given = params.get("networkConfiguration") or {}
    vpc = {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED", **given}
    return {"awsvpcConfiguration": vpc}


def _balancer(world: World, name: str, params: dict[str, Any]) -> dict[str, Any]:
    """Create both target groups, and return what the service knows of them."""
    port = (params.get("primaryContainer") or {}).get("containerPort") or _PORT
    groups = [_group(world, f"ecs-express-{name[:12]}-{side}", port) for side in ("1", "2")]
    elb = f"arn:aws:elasticloadbalancing:{world.region}:{ACCOUNT}"
    rule = f"{elb}:listener-rule/app/ecs-express/0123456789abcdef/0123456789abcdef/{name[:16]}"
    balancer = {
        "targetGroupArn": groups[0],
        "containerName": _CONTAINER,
        "containerPort": port,
        "advancedConfiguration": {
            "alternateTargetGroupArn": groups[1],
            "productionListenerRule": rule,
            "roleArn": params["infrastructureRoleArn"],
        },
    }
    world.listeners.furnish({"loadBalancers": [balancer]})
    return balancer


def _group(world: World, name: str, port: int) -> str:
    settings = {"TargetType": "ip", "Protocol": "HTTP", "Port": port, "VpcId": _VPC}
    made = create_target_group(world, {"Name": name, **settings})
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def _shown(service: SimService) -> dict[str, Any]:
    given = service.raw["express"]
    shown = {
        "cluster": service.cluster,
        "serviceName": service.name,
        "serviceArn": service.arn,
        "infrastructureRoleArn": given["infrastructureRoleArn"],
        "status": {"statusCode": service.status},
        "activeConfigurations": [
            _configuration(d.target, given) for d in service.deployments if d.status == "PRIMARY"
        ],
        "createdAt": stamp(service.created_s),
        "updatedAt": stamp(service.deployments[0].created_s),
    }
    if not service.history[0].finished:
        shown["currentDeployment"] = service.history[0].arn
    return shown


def _configuration(target: SimServiceRevision, given: dict[str, Any]) -> dict[str, Any]:
    kept = ("executionRoleArn", "taskRoleArn", "primaryContainer", "healthCheckPath")
    return {
        "serviceRevisionArn": target.arn,
        "taskDefinitionArn": target.revision.arn,
        "cpu": str(target.revision.raw.get("cpu")),
        "memory": str(target.revision.raw.get("memory")),
        "healthCheckPath": "/ping",
        "createdAt": stamp(target.created_s),
        **{key: given[key] for key in kept if given.get(key)},
    }
