"""Which container waits for which, and which are essential.

Source: API reference, ContainerDependency and ContainerDefinition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import TASK, Shape, container_names, containers, items, unsure_names
from ecs_rules.values import listed, show


@rule()
def dependencies(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A container must wait for a state that another can reach, and never in a cycle."""
    known = {one["name"]: one for _, one in containers(task_definition) if one.get("name")}
    for spot, container in containers(task_definition):
        for at, dependency in items(container, "dependsOn", spot):
            other = known.get(dependency.get("containerName", ""))
            condition = dependency.get("condition")
            name = show(dependency.get("containerName"))
            if other is None:
                continue
            if condition == "HEALTHY" and not other.get("healthCheck"):
                message = f"{name} has no healthCheck, so it is never HEALTHY"
                remedy = "Give it a healthCheck, or wait for START"
                yield breach(at.at("condition"), message, remedy, *unsure_names(task_definition))
            if condition in {"COMPLETE", "SUCCESS"} and other.get("essential", True):
                message = f"{name} is essential, so the task stops when it has reached {condition}"
                remedy = 'Set "essential": false there, or wait for START'
                yield breach(at.at("condition"), message, remedy, *unsure_names(task_definition))
    circle = _circle(known)
    if circle:
        message = f"the containers {listed(map(show, circle))} wait for each other"
        spots = unsure_names(task_definition)
        yield breach(TASK.at("containerDefinitions"), message, "Remove a dependsOn", *spots)


def _circle(known: Mapping[str, Shape]) -> list[str]:
    """Return the containers that can never start because they wait for each other."""
    waits = {
        name: {d.get("containerName") for d in one.get("dependsOn") or () if d} & set(known)
        for name, one in known.items()
    }
    while free := [name for name, others in waits.items() if not others]:
        for name in free:
            del waits[name]
        for others in waits.values():
            others.difference_update(free)
    return list(waits)


@rule()
def essential(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A task must have an essential container, whose end is the task's end."""
    found = list(containers(task_definition))
    if found and not any(one.get("essential", True) for _, one in found):
        spots = (spot.at("essential") for spot, _ in found)
        remedy = 'Set "essential": true for one'
        yield breach(TASK.at("containerDefinitions"), "no container is essential", remedy, *spots)


@rule()
def references(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Containers that others refer to must exist."""
    known = container_names(task_definition)
    named = [
        (at.at(key), one.get(key))
        for spot, container in containers(task_definition)
        for owner, key in (("dependsOn", "containerName"), ("volumesFrom", "sourceContainer"))
        for at, one in items(container, owner, spot)
    ]
    named += [
        (at, link.partition(":")[0])
        for spot, container in containers(task_definition)
        for at, link in items(container, "links", spot)
    ]
    proxy = task_definition.get("proxyConfiguration", {}).get("containerName")
    named.append((TASK.at("proxyConfiguration", "containerName"), proxy))
    for spot, name in named:
        if name and name not in known:
            message = "the task definition has no container of this name"
            remedy = f"Its containers are {listed(map(show, known))}"
            yield breach(spot, message, remedy, *unsure_names(task_definition))
