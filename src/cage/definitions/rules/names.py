"""Names that ECS refuses, and names that must differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cage.definitions import blanks
from cage.definitions.findings import FilledText, show
from cage.definitions.rules.rule import SERVICE_FILE, TASK_FILE, Remark, containers, error, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.definitions.rules.rule import Spot
    from cage.model.base import Shape

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_CHARACTERS = "Use letters, digits, - and _, at most 255"


def characters(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """Services, families, containers and volumes have letters, digits, - and _ in their names.

    Source: API reference, CreateService and RegisterTaskDefinition.
    """
    named = [
        *_shown(service, task_definition),
        *(
            (s.at("name"), one.get("name"))
            for s, one in items(task_definition, "volumes", TASK_FILE)
        ),
    ]
    for spot, name in named:
        if name and not NAME.fullmatch(name) and not _is_blank(name):
            yield error(spot, f"{show(name)} holds characters that no name may have", _CHARACTERS)


def _is_blank(name: str) -> bool:
    """Whether another rule says that the name was not filled in."""
    written = getattr(name, "source", name)
    return bool(blanks.template(written) or blanks.blank(written))


def secret(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """No name is a secret: names are in events, in logs, and in what AWS shows to everybody."""
    cluster = [(SERVICE_FILE.at(key), service.get(key)) for key in ("cluster", "taskDefinition")]
    for spot, name in (*_shown(service, task_definition), *cluster):
        if isinstance(name, FilledText) and name.secret:
            message = "a secret's value can't be a name, as names are shown"
            yield error(spot, message, "Use a variable, or a parameter that is no secret")


def _shown(service: Shape, task_definition: Shape) -> list[tuple[Spot, str | None]]:
    return [
        (SERVICE_FILE.at("serviceName"), service.get("serviceName")),
        (TASK_FILE.at("family"), task_definition.get("family")),
        *((spot.at("name"), one.get("name")) for spot, one in containers(task_definition)),
    ]


def unique(_service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """Containers, volumes and named ports are told apart by their names."""
    yield from _repeated("container", containers(task_definition))
    yield from _repeated("volume", items(task_definition, "volumes", TASK_FILE))
    ports = (
        port
        for spot, container in containers(task_definition)
        for port in items(container, "portMappings", spot)
    )
    yield from _repeated("port", ports)


def _repeated(kind: str, named: Iterator[tuple[Spot, Shape]]) -> Iterator[Remark]:
    seen: dict[str, Spot] = {}
    for spot, one in named:
        name = one.get("name")
        if name in seen:
            message = f"another {kind} is called {show(name)} too"
            yield error(spot.at("name"), message, "Give each its own name", seen[name])
        elif name:
            seen[name] = spot.at("name")
