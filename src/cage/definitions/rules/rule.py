"""What a rule is: a pure function from both requests to what is wrong with them.

A file that isn't read is an empty mapping. Parts that the model refused, or that hang on an
undefined variable, are missing or None; remarks that hang on them are dropped, so rules say
on what they rely.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from cage.definitions import blanks
from cage.definitions.findings import FilledText, KeyPath, Severity, quoted
from cage.model.base import Shape


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """A value in one of the files, or where it would be."""

    in_service: bool
    path: KeyPath

    def at(self, *steps: str | int) -> Spot:
        """Return a spot below this one."""
        return Spot(self.in_service, (*self.path, *steps))


@dataclasses.dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says.

    Attributes:
        spot: What it is about.
        relies_on: Other values that the rule looked at.
    """

    severity: Severity
    spot: Spot
    message: str
    remedy: str
    relies_on: tuple[Spot, ...]


Rule: TypeAlias = Callable[[Shape, Shape], Iterable[Remark]]

SERVICE_FILE = Spot(in_service=True, path=())
TASK_FILE = Spot(in_service=False, path=())


def error(spot: Spot, message: str, remedy: str, *relies_on: Spot) -> Remark:
    """Return a remark that keeps the file from being used."""
    return Remark(Severity.ERROR, spot, message, remedy, relies_on)


def warning(spot: Spot, message: str, remedy: str, *relies_on: Spot) -> Remark:
    """Return a remark that the reader should know of."""
    return Remark(Severity.WARNING, spot, message, remedy, relies_on)


def blank(spot: Spot, text: str) -> Remark | None:
    """Return a warning if a name that can't be right is a word that stands for one."""
    found = None if isinstance(text, FilledText) else blanks.capitals(text)
    if found is None:
        return None
    message = f"{quoted(found)} looks like a blank to fill in"
    return warning(spot, message, "Fill it in, or write ${NAME} and set NAME")


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
    return items(task_definition, "containerDefinitions", TASK_FILE)


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
    spots = (TASK_FILE.at("containerDefinitions", index, "name") for index in range(count))
    return (TASK_FILE.at("containerDefinitions"), *spots)


def network_mode(task_definition: Shape) -> str:
    """Return the network mode; bridge unless the definition says other.

    Source: API reference, RegisterTaskDefinition, networkMode.
    """
    return str(task_definition.get("networkMode", "bridge"))


def fargate_spot(service: Shape, task_definition: Shape) -> Spot | None:
    """Return what says that the tasks run on Fargate, or None if nothing does."""
    if service.get("launchType") == "FARGATE":
        return SERVICE_FILE.at("launchType")
    for spot, item in items(service, "capacityProviderStrategy", SERVICE_FILE):
        if item.get("capacityProvider") in {"FARGATE", "FARGATE_SPOT"}:
            return spot.at("capacityProvider")
    if service.get("launchType") or service.get("capacityProviderStrategy"):
        return None
    compatibilities = task_definition.get("requiresCompatibilities") or ()
    if tuple(compatibilities) == ("FARGATE",):
        return TASK_FILE.at("requiresCompatibilities")
    return None


def listed(names: Iterable[str]) -> str:
    """Return the names as they stand in a sentence."""
    return ", ".join(names) or "none"
