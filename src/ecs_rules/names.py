"""Names that ECS refuses, and names that must differ.

Source: API reference, CreateService and RegisterTaskDefinition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, Spot, containers, items
from ecs_rules.values import show

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_CHARACTERS = "Use letters, digits, - and _, at most 255"


@rule("CreateService")
def characters(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Services, families, containers and volumes have letters, digits, - and _ in their names."""
    named = [
        *shown(service, task_definition),
        *((s.at("name"), one.get("name")) for s, one in items(task_definition, "volumes", TASK)),
    ]
    for spot, name in named:
        if name and not NAME.fullmatch(name):
            message = f"{show(name)} has characters that names can't have"
            text = refusal("Service") if spot == SERVICE.at("serviceName") else ""
            yield breach(spot, message, _CHARACTERS, text=text)


def refusal(kind: str) -> str:
    """Return ECS's text of a name that it doesn't accept; *unknown*, so a text of our own."""
    return f"{kind} names have up to 255 letters, numbers, underscores and hyphens."


def shown(service: Shape, task_definition: Shape) -> list[tuple[Spot, str | None]]:
    """Return the names that events and logs show, each with its spot."""
    return [
        (SERVICE.at("serviceName"), service.get("serviceName")),
        (TASK.at("family"), task_definition.get("family")),
        *((spot.at("name"), one.get("name")) for spot, one in containers(task_definition)),
    ]


@rule()
def unique(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Containers, volumes and named ports must each have unique names."""
    yield from _repeated("container", containers(task_definition))
    yield from _repeated("volume", items(task_definition, "volumes", TASK))
    ports = (
        port
        for spot, container in containers(task_definition)
        for port in items(container, "portMappings", spot)
    )
    yield from _repeated("port", ports)


def _repeated(kind: str, named: Iterator[tuple[Spot, Shape]]) -> Iterator[Breach]:
    seen: dict[str, Spot] = {}
    for spot, one in named:
        name = one.get("name")
        if name in seen:
            message = f"another {kind} is called {show(name)} too"
            yield breach(spot.at("name"), message, "Give each its own name", seen[name])
        elif name:
            seen[name] = spot.at("name")
