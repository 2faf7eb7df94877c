"""Which target the canary task is in each of the service's target groups."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from cage.model.errors import RefusedError
from cage.model.revisions import NetworkMode, Revision
from cage.model.services import LoadBalancer, Service
from cage.model.targets import Registration, Target, TargetGroup
from cage.model.tasks import Task
from ecs_rules.ports import named_ports


def idle_side(
    balancers: tuple[LoadBalancer, ...], production: tuple[str, ...]
) -> tuple[LoadBalancer, ...]:
    """Return the load balancers with the target group that receives no production traffic.

    Where deployments move traffic between two target groups, the canary is checked in the
    idle one, by the health checks of the same load balancer.

    Args:
        production: The target groups that receive production traffic, by ARN.
    """
    found = []
    for balancer in balancers:
        sides = balancer.sides
        idle = next((arn for arn in reversed(sides) if arn not in production), sides[-1])
        found.append(dataclasses.replace(balancer, target_group_arn=idle))
    return tuple(found)


def on_the_idle_side(service: Service, production: tuple[str, ...]) -> Service:
    """Return the service as its canary sees it: off production if deployments move traffic."""
    if not any(len(b.sides) > 1 for b in service.load_balancers):
        return service
    idle = idle_side(service.load_balancers, production)
    return dataclasses.replace(service, load_balancers=idle)


def mismatch(
    service: Service, revision: Revision, groups: Mapping[str, TargetGroup]
) -> RefusedError | None:
    """Return why the revision can't serve behind the service's load balancers; None if it can."""
    wanted = "ip" if revision.network_mode is NetworkMode.AWSVPC else "instance"
    for entry in service.load_balancers:
        balancer = entry.of(revision.raw)
        if balancer.port_name and not balancer.container_name:
            named = ", ".join(named_ports(revision.raw)) or "none"
            return RefusedError(
                f"VPC Lattice of {service.name} expects port {balancer.port_name}; {revision.name} "
                "has no port of that name.",
                f"Its named ports are: {named}.",
                "Name a port so in portMappings, or send a new configuration with "
                "--update-service.",
            )
        port = f"{balancer.container_name}:{balancer.container_port}"
        container = next(
            (c for c in revision.containers if c.name == balancer.container_name), None
        )
        if container is None:
            names = ", ".join(c.name for c in revision.containers)
            return RefusedError(
                f"The load balancer of {service.name} expects {port}; {revision.name} has no "
                f"container {balancer.container_name}.",
                f"Its containers: {names}.",
                "Use the service's name for the container, or pass --update-service to change the "
                "load balancer.",
            )
        ports = [p.container_port for p in container.ports]
        if balancer.container_port not in ports:
            listed = ", ".join(map(str, ports)) or "none"
            return RefusedError(
                f"The load balancer of {service.name} expects {port}; {revision.name} doesn't "
                "map that port.",
                f"Container {container.name} maps: {listed}.",
                "Map the port in portMappings, or pass --update-service to change the load "
                "balancer.",
            )
        group = groups[balancer.target_group_arn]
        if group.target_type != wanted:
            return RefusedError(
                f"Target group {group.name} accepts targets of type {group.target_type}.",
                f"A task with network mode {revision.network_mode} is a target of type {wanted}.",
                "Use the network mode that fits the target group, or another target group.",
            )
    return None


def registrations(
    task: Task,
    balancers: tuple[LoadBalancer, ...],
    revision: Revision,
    groups: Mapping[str, TargetGroup],
    instance_id: str | None,
) -> tuple[Registration, ...] | str:
    """Return the canary's target in every target group, or what is still missing for it.

    Args:
        instance_id: The EC2 instance that the task is on; None if it is unknown or
            doesn't exist.
    """
    found = []
    for balancer in balancers:
        group = groups[balancer.target_group_arn]
        target = _target(task, balancer.of(revision.raw), revision, group, instance_id)
        if isinstance(target, str):
            return target
        registration = Registration(group, target)
        if registration not in found:
            found.append(registration)
    return tuple(found)


def _target(
    task: Task,
    balancer: LoadBalancer,
    revision: Revision,
    group: TargetGroup,
    instance_id: str | None,
) -> Target | str:
    """Return the target for one load balancer.

    awsvpc: the task's own address, and the container port (host port and container port
    are the same there). bridge: the instance, and the host port that ECS bound. host:
    the instance, and the container port.
    """
    container = task.container(balancer.container_name)
    if container is None:
        return f"the address of container {balancer.container_name}"
    if revision.network_mode is NetworkMode.AWSVPC:
        addresses = [c for c in (container, *task.containers) if c.ipv4 or c.ipv6]
        if group.address_family == "ipv6":
            ip = next((c.ipv6 for c in addresses if c.ipv6), None)
        else:
            ip = task.ipv4 or next((c.ipv4 for c in addresses if c.ipv4), None)
        return Target(ip, balancer.container_port) if ip else "the task's network address"
    if instance_id is None:
        return "the EC2 instance that runs the task"
    for binding in container.bindings:
        if binding.container_port == balancer.container_port:
            return Target(instance_id, binding.host_port)
    if revision.network_mode is NetworkMode.HOST:
        return Target(instance_id, balancer.container_port)
    return f"the host port of {balancer.container_name}:{balancer.container_port}"
