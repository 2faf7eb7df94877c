"""IAM roles that something in the files needs.

Source: ECS developer guide, "Amazon ECS task execution IAM role" and "task IAM role".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.images import ECR_REGISTRY
from ecs_rules.request import (
    SERVICE,
    TASK,
    Shape,
    Spot,
    containers,
    fargate_spot,
    items,
    network_mode,
)

_EXECUTION = TASK.at("executionRoleArn")
_TASK_ROLE = TASK.at("taskRoleArn")


@rule()
def execution_role(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """ECS itself needs a role to fetch secrets and private images and to write logs."""
    if task_definition.get("executionRoleArn"):
        return
    why = fargate_spot(service, task_definition)
    for spot, container in containers(task_definition):
        for at, reason in _needs(container, spot, on_fargate=why is not None):
            relies_on = (_EXECUTION, at, *((why,) if why else ()))
            message = f"{reason}, and executionRoleArn is not set"
            yield breach(at, message, "Set executionRoleArn in the task definition", *relies_on)


def _needs(container: Shape, spot: Spot, *, on_fargate: bool) -> Iterator[tuple[Spot, str]]:
    logs = container.get("logConfiguration", {})
    if container.get("secrets"):
        yield spot.at("secrets"), "secrets need an execution role"
    if logs.get("secretOptions"):
        yield spot.at("logConfiguration", "secretOptions"), "secrets need an execution role"
    if container.get("repositoryCredentials"):
        yield spot.at("repositoryCredentials"), "a private registry needs an execution role"
    if container.get("environmentFiles"):
        yield spot.at("environmentFiles"), "environment files need an execution role"
    if on_fargate and logs.get("logDriver") == "awslogs":
        yield spot.at("logConfiguration", "logDriver"), "awslogs on Fargate needs an execution role"
    if on_fargate and re.match(ECR_REGISTRY, container.get("image", "")):
        yield spot.at("image"), "an image from ECR on Fargate needs an execution role"


@rule()
def task_role(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """ECS Exec and EFS with IAM act as the task."""
    if not task_definition or task_definition.get("taskRoleArn"):
        return
    if service.get("enableExecuteCommand"):
        message = "ECS Exec needs a task role, and the task definition has no taskRoleArn"
        spot = SERVICE.at("enableExecuteCommand")
        yield breach(spot, message, "Set taskRoleArn there, or remove this", _TASK_ROLE)
    for spot, volume in items(task_definition, "volumes", TASK):
        authorization = volume.get("efsVolumeConfiguration", {}).get("authorizationConfig", {})
        if authorization.get("iam") == "ENABLED":
            at = spot.at("efsVolumeConfiguration", "authorizationConfig", "iam")
            message = "EFS with IAM needs a task role, and taskRoleArn is not set"
            yield breach(at, message, "Set taskRoleArn", _TASK_ROLE)


@rule()
def service_role(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A service can specify a role only for a load balancer, and not under awsvpc.

    Source: API reference, CreateService, role.
    """
    role = service.get("role")
    spot = SERVICE.at("role")
    if not role:
        return
    mode_is_awsvpc = bool(task_definition) and network_mode(task_definition) == "awsvpc"
    network = SERVICE.at("networkConfiguration")
    if mode_is_awsvpc or service.get("networkConfiguration"):
        message = "a service whose tasks have the networkMode awsvpc doesn't accept a role"
        remedy = "Remove it: ECS uses its service-linked role"
        yield breach(spot, message, remedy, TASK.at("networkMode"), network)
    elif not any(service.get(key) for key in ("loadBalancers", "vpcLatticeConfigurations")):
        message = "a role is for a load balancer, and the service has none"
        yield breach(spot, message, "Remove it", SERVICE.at("loadBalancers"))
    elif len(service.get("loadBalancers") or ()) > 1 or service.get("serviceRegistries"):
        message = (
            "a service with several target groups or with service discovery doesn't accept a role"
        )
        remedy = "Remove it: ECS uses its service-linked role"
        registries = SERVICE.at("serviceRegistries")
        yield breach(spot, message, remedy, SERVICE.at("loadBalancers"), registries)
    elif "AWSServiceRoleForECS" in role:
        message = "this is ECS's service-linked role, which it uses on its own"
        yield advice(spot, message, "Remove it")
