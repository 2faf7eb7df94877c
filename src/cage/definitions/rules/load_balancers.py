"""What sends traffic to a service, and where the traffic goes.

Source: API reference, CreateService, LoadBalancer, ServiceRegistry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import show
from cage.definitions.rules.rule import (
    SERVICE_FILE,
    TASK_FILE,
    Remark,
    containers,
    error,
    items,
    listed,
    network_mode,
    unsure_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.definitions.rules.rule import Spot
    from cage.model.base import Shape

_LISTS = ("loadBalancers", "vpcLatticeConfigurations")


def identity(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """An entry names a target group, or a Classic Load Balancer outside awsvpc."""
    awsvpc = bool(task_definition) and network_mode(task_definition) == "awsvpc"
    for spot, entry in items(service, "loadBalancers", SERVICE_FILE):
        group, classic = entry.get("targetGroupArn"), entry.get("loadBalancerName")
        by_name, by_group = spot.at("loadBalancerName"), spot.at("targetGroupArn")
        if group and classic:
            message = "targetGroupArn and loadBalancerName exclude each other"
            yield error(by_name, message, "Remove loadBalancerName", by_group)
        elif not group and not classic:
            yield error(
                spot,
                "neither targetGroupArn nor loadBalancerName is set",
                "Set targetGroupArn",
                by_group,
                by_name,
            )
        elif classic and awsvpc:
            message = "a Classic Load Balancer takes no tasks with the networkMode awsvpc"
            yield error(by_name, message, "Use a target group", TASK_FILE.at("networkMode"))


def targets(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """The container and the port that an entry names are in the task definition."""
    for key in ("loadBalancers", "serviceRegistries"):
        for spot, entry in items(service, key, SERVICE_FILE):
            yield from _target(entry, spot, task_definition)


def _target(entry: Shape, spot: Spot, task_definition: Shape) -> Iterator[Remark]:
    name, port = entry.get("containerName"), entry.get("containerPort")
    known = {one["name"]: (at, one) for at, one in containers(task_definition) if one.get("name")}
    if not name or not known:
        return
    if name not in known:
        yield error(
            spot.at("containerName"),
            f"the task definition has no container {show(name)}",
            f"Its containers are {listed(map(show, known))}",
            *unsure_names(task_definition),
        )
        return
    at, container = known[name]
    ports = [
        one["containerPort"]
        for _, one in items(container, "portMappings", at)
        if "containerPort" in one
    ]
    if port and port not in ports:
        yield error(
            spot.at("containerPort"),
            f"the container {show(name)} does not map port {show(port)}",
            f"Its ports are {listed(map(show, ports))}; add it to its portMappings",
            spot.at("containerName"),
            at.at("portMappings"),
            at.at("name"),
        )


def grace_period(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """A grace period isn't negative, and is for health checks of a load balancer."""
    grace_s = service.get("healthCheckGracePeriodSeconds")
    spot = SERVICE_FILE.at("healthCheckGracePeriodSeconds")
    if grace_s is not None and grace_s < 0:
        yield error(spot, f"{show(grace_s)} is below 0", "Use 0 or more")
    elif grace_s and not any(service.get(key) for key in _LISTS):
        yield error(
            spot,
            "a grace period needs a load balancer, and the service has none",
            "Remove it, or add loadBalancers",
            *(SERVICE_FILE.at(key) for key in _LISTS),
        )


def registries(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """A registry gets a port in the way that the network mode allows."""
    for spot, entry in items(service, "serviceRegistries", SERVICE_FILE):
        if entry.get("port") and entry.get("containerPort"):
            message = "port and containerPort exclude each other"
            yield error(spot.at("port"), message, "Remove one of them")
        if entry.get("containerPort") and not entry.get("containerName"):
            message = "containerPort needs containerName"
            yield error(spot.at("containerName"), message, "Set it", spot.at("containerPort"))
        if not task_definition or network_mode(task_definition) == "awsvpc":
            continue
        if not entry.get("containerPort"):
            mode = network_mode(task_definition)
            message = (
                f"under the networkMode {mode} a registry needs containerName and containerPort"
            )
            yield error(spot, message, "Set both", spot, TASK_FILE.at("networkMode"))


def port_names(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """Service Connect and VPC Lattice name ports that the task definition names."""
    if not task_definition:
        return
    connect = service.get("serviceConnectConfiguration", {})
    named = [
        *items(connect, "services", SERVICE_FILE.at("serviceConnectConfiguration")),
        *items(service, "vpcLatticeConfigurations", SERVICE_FILE),
    ]
    known = [
        mapping["name"]
        for spot, container in containers(task_definition)
        for _, mapping in items(container, "portMappings", spot)
        if mapping.get("name")
    ]
    for spot, entry in named:
        name = entry.get("portName")
        if name and name not in known:
            yield error(
                spot.at("portName"),
                f"the task definition has no port named {show(name)}",
                f"Its named ports are {listed(map(show, known))}; name one in portMappings",
                TASK_FILE.at("containerDefinitions"),
            )
