"""Requests: where a value is in them, and what rules look up in them.

A request is what CreateService or RegisterTaskDefinition accepts. One that isn't known is an
empty mapping. Parts that aren't known, or aren't of their type, are missing or None.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = Mapping[str, Any]
"""A structure of the AWS API, keys as in the API."""

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way from a request's top to a value: keys and list indexes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """A value in one of the requests, or where it would be."""

    in_service: bool
    path: KeyPath

    def at(self, *steps: str | int) -> Spot:
        """Return a spot below this one."""
        return Spot(self.in_service, (*self.path, *steps))


SERVICE = Spot(in_service=True, path=())
TASK = Spot(in_service=False, path=())


def items(owner: Mapping[str, Any], key: str, spot: Spot) -> Iterator[tuple[Spot, Any]]:
    """Yield the elements of a list that are known, each with its spot."""
    for index, element in enumerate(owner.get(key) or ()):
        if element is not None:
            yield spot.at(key, index), element


def texts(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text in a request, with the way to it."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for step, member in members:
        if isinstance(member, str):
            yield (*path, step), member
        elif isinstance(member, dict | list):
            yield from texts(member, (*path, step))


def containers(task_definition: Shape) -> Iterator[tuple[Spot, Mapping[str, Any]]]:
    """Yield the containers of a task definition, each with its spot."""
    return items(task_definition, "containerDefinitions", TASK)


def container_names(task_definition: Shape) -> dict[str, Spot]:
    """Return the spot of each container's name."""
    return {
        container["name"]: spot.at("name")
        for spot, container in containers(task_definition)
        if "name" in container
    }


def unsure_names(task_definition: Shape) -> tuple[Spot, ...]:
    """Return what a rule relies on that looks a container up by its name."""
    count = len(task_definition.get("containerDefinitions") or ())
    spots = (TASK.at("containerDefinitions", index, "name") for index in range(count))
    return (TASK.at("containerDefinitions"), *spots)


def network_mode(task_definition: Shape) -> str:
    """Return the network mode, by default bridge.

    Source: API reference, RegisterTaskDefinition, networkMode.
    """
    return str(task_definition.get("networkMode", "bridge"))


def fargate_spot(service: Shape, task_definition: Shape) -> Spot | None:
    """Return the value that makes the tasks run on Fargate, or None if nothing does."""
    if service.get("launchType") == "FARGATE":
        return SERVICE.at("launchType")
    for spot, item in items(service, "capacityProviderStrategy", SERVICE):
        if item.get("capacityProvider") in {"FARGATE", "FARGATE_SPOT"}:
            return spot.at("capacityProvider")
    if service.get("launchType") or service.get("capacityProviderStrategy"):
        return None
    compatibilities = task_definition.get("requiresCompatibilities") or ()
    if tuple(compatibilities) == ("FARGATE",):
        return TASK.at("requiresCompatibilities")
    return None
