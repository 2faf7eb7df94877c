"""Sources of a service's traffic, and where the traffic goes.

Source: API reference, CreateService, LoadBalancer, ServiceRegistry.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.ports import named_ports
from ecs_rules.request import (
    SERVICE,
    TASK,
    Shape,
    Spot,
    containers,
    items,
    network_mode,
    unsure_names,
)
from ecs_rules.values import listed, show

_LISTS = ("loadBalancers", "vpcLatticeConfigurations")


@rule()
def identity(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """An entry must specify a target group, or a Classic Load Balancer outside awsvpc."""
    awsvpc = bool(task_definition) and network_mode(task_definition) == "awsvpc"
    for spot, entry in items(service, "loadBalancers", SERVICE):
        group, classic = entry.get("targetGroupArn"), entry.get("loadBalancerName")
        by_name, by_group = spot.at("loadBalancerName"), spot.at("targetGroupArn")
        if group and classic:
            message = "targetGroupArn and loadBalancerName exclude each other"
            yield breach(by_name, message, "Remove loadBalancerName", by_group)
        elif not group and not classic:
            yield breach(
                spot,
                "targetGroupArn is missing, and so is loadBalancerName",
                "Set targetGroupArn",
                by_group,
                by_name,
            )
        elif classic and awsvpc:
            message = "a Classic Load Balancer doesn't accept tasks with the networkMode awsvpc"
            yield breach(by_name, message, "Use a target group", TASK.at("networkMode"))


@rule("CreateService", "UpdateService")
def targets(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """The container and the port in an entry must exist in the task definition."""
    for key in ("loadBalancers", "serviceRegistries"):
        for spot, entry in items(service, key, SERVICE):
            yield from _target(entry, spot, task_definition)


def target_type(network_mode: str) -> str:
    """Return the type of target that tasks of a network mode are: `ip` or `instance`.

    Source: API reference, LoadBalancer, targetGroupArn.
    """
    return "ip" if network_mode == "awsvpc" else "instance"


def _target(entry: Shape, spot: Spot, task_definition: Shape) -> Iterator[Breach]:
    name, port = entry.get("containerName"), entry.get("containerPort")
    known = {one["name"]: (at, one) for at, one in containers(task_definition) if one.get("name")}
    if not name or not known:
        return
    if name not in known:
        yield breach(
            spot.at("containerName"),
            f"the task definition has no container {show(name)}",
            f"Its containers are {listed(map(show, known))}",
            *unsure_names(task_definition),
            text=f"The container {name} does not exist in the task definition.",
        )
        return
    at, container = known[name]
    ports = [
        one["containerPort"]
        for _, one in items(container, "portMappings", at)
        if "containerPort" in one
    ]
    if port and port not in ports:
        yield breach(
            spot.at("containerPort"),
            f"the container {show(name)} does not map port {show(port)}",
            f"Its ports are {listed(map(show, ports))}; add it to its portMappings",
            spot.at("containerName"),
            at.at("portMappings"),
            at.at("name"),
            text=f"The container {name} did not have a container port {port} defined.",
        )


@rule("CreateService", "UpdateService")
def grace_period(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A grace period isn't negative; without a health check it is unused, and not refused.

    Source: API reference, CreateService, healthCheckGracePeriodSeconds.
    """
    grace_s = service.get("healthCheckGracePeriodSeconds")
    spot = SERVICE.at("healthCheckGracePeriodSeconds")
    if grace_s is not None and grace_s < 0:
        text = "healthCheckGracePeriodSeconds must not be negative."  # *unknown*
        yield breach(spot, f"{show(grace_s)} is below 0", "Use 0 or more", text=text)
    checked = any(one.get("healthCheck") for _, one in containers(task_definition))
    if grace_s and task_definition and not checked and not any(service.get(k) for k in _LISTS):
        yield advice(
            spot,
            "a grace period is unused: the service has no load balancer and no health check",
            "Remove it, or add loadBalancers or a container's healthCheck",
            *(SERVICE.at(key) for key in _LISTS),
            TASK.at("containerDefinitions"),
        )


@rule()
def registries(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A registry gets a port in the way that the network mode allows."""
    for spot, entry in items(service, "serviceRegistries", SERVICE):
        if entry.get("port") and entry.get("containerPort"):
            message = "port and containerPort exclude each other"
            yield breach(spot.at("port"), message, "Remove one of them")
        if entry.get("containerPort") and not entry.get("containerName"):
            message = "containerPort needs containerName"
            yield breach(spot.at("containerName"), message, "Set it", spot.at("containerPort"))
        if not task_definition or network_mode(task_definition) == "awsvpc":
            continue
        if not entry.get("containerPort"):
            mode = network_mode(task_definition)
            message = (
                f"under the networkMode {mode} a registry needs containerName and containerPort"
            )
            yield breach(spot, message, "Set both", spot, TASK.at("networkMode"))


@rule("CreateService", "UpdateService")
def port_names(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Service Connect and VPC Lattice must use port names from the task definition.

    ECS's texts are *unknown*; the simulated ECS refuses it for VPC Lattice.
    """
    if not task_definition:
        return
    connect = service.get("serviceConnectConfiguration", {})
    named = [
        *items(connect, "services", SERVICE.at("serviceConnectConfiguration")),
        *items(service, "vpcLatticeConfigurations", SERVICE),
    ]
    known = named_ports(task_definition)
    for spot, entry in named:
        name = entry.get("portName")
        if name and name not in known:
            yield breach(
                spot.at("portName"),
                f"the task definition has no port named {show(name)}",
                f"Its named ports are {listed(map(show, known))}; name one in portMappings",
                TASK.at("containerDefinitions"),
                text=f"The port name {name} does not exist in the task definition."
                if spot.path[0] == "vpcLatticeConfigurations"
                else "",
            )
