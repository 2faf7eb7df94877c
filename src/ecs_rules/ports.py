"""Ports of containers.

Source: API reference, PortMapping and ContainerDefinition.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import CLIENT, Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import TASK, Shape, Spot, containers, items, network_mode
from ecs_rules.values import show

HIGHEST = 65535
_MUST_MATCH = (
    "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
)
_MODE = TASK.at("networkMode")


def _mappings(task_definition: Shape) -> Iterator[tuple[Spot, Shape]]:
    for spot, container in containers(task_definition):
        yield from items(container, "portMappings", spot)


def named_ports(task_definition: Shape) -> dict[str, tuple[str, int]]:
    """Return the container and the container port of each named port mapping, by its name.

    Source: API reference, PortMapping, name.
    """
    return {
        mapping["name"]: (container.get("name", ""), mapping.get("containerPort", 0))
        for spot, container in containers(task_definition)
        for _, mapping in items(container, "portMappings", spot)
        if mapping.get("name")
    }


@rule()
def numbers(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A port is a port, and a mapping has one port or a range."""
    for spot, mapping in _mappings(task_definition):
        for key, low in (("containerPort", 1), ("hostPort", 0)):
            port = mapping.get(key)
            if port and not low <= port <= HIGHEST:
                yield breach(spot.at(key), f"{show(port)} is not a port", f"Use {low} to {HIGHEST}")
        if "containerPort" in mapping and "containerPortRange" in mapping:
            message = "containerPort and containerPortRange exclude each other"
            yield breach(spot.at("containerPortRange"), message, "Remove one of them")
        elif "containerPort" not in mapping and "containerPortRange" not in mapping:
            port_spot = spot.at("containerPort")
            yield breach(port_spot, "is missing", "A port mapping needs it", spot)


@rule("RegisterTaskDefinition")
def host_ports(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Under awsvpc and host the host's port is the container's, and each is used once.

    Source: API reference, PortMapping, hostPort.
    """
    mode = network_mode(task_definition)
    taken: dict[tuple[int, str], Spot] = {}
    for spot, mapping in _mappings(task_definition):
        port, host_port = mapping.get("containerPort"), mapping.get("hostPort")
        if mode == "none":
            message = "the networkMode none has no ports"
            yield breach(spot, message, "Remove the port mappings", _MODE)
            continue
        shared = mode in {"awsvpc", "host"}
        if shared and port and host_port and host_port != port:
            yield breach(
                spot.at("hostPort"),
                f"under the networkMode {mode} hostPort {show(host_port)} must be "
                f"containerPort {show(port)}",
                "Remove hostPort, or make them equal",
                spot.at("containerPort"),
                _MODE,
                text=_MUST_MATCH if mode == "awsvpc" else "",
                code=CLIENT,
            )
        used = (port if shared else host_port) or 0
        key = (used, str(mapping.get("protocol", "tcp")))
        if used and key in taken:
            at = spot.at("containerPort" if shared else "hostPort")
            message = f"the port {show(used)} is taken by another mapping of the task"
            yield breach(
                at, message, "Give each its own port", taken[key], spot.at("protocol"), _MODE
            )
        elif used:
            taken[key] = spot


@rule()
def links(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Links are for the network mode bridge. Source: API reference, ContainerDefinition."""
    mode = network_mode(task_definition)
    for spot, container in containers(task_definition):
        if mode != "bridge" and any(container.get("links") or ()):
            message = f"links need the networkMode bridge, and it is {mode}"
            yield breach(spot.at("links"), message, "Remove them and use localhost", _MODE)
