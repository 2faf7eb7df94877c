"""Placement strategies and constraints on instances.

Source: API reference, CreateService, PlacementStrategy and PlacementConstraint; developer guide,
"Use strategies to define Amazon ECS task placement". ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, Spot, items
from ecs_rules.values import show

_MOST_STRATEGIES, _MOST_CONSTRAINTS = 5, 10
_LONGEST_EXPRESSION = 2000
_RESOURCES = ("cpu", "memory")


@rule("CreateService", "UpdateService", "RunTask")
def strategies(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """There are five strategies at most, and each has a field that it knows."""
    given = list(items(service, "placementStrategy", SERVICE))
    if len(given) > _MOST_STRATEGIES:
        text = f"placementStrategy can have at most {_MOST_STRATEGIES} items."
        message = f"found {len(given)} placement strategies"
        fix = f"ECS accepts at most {_MOST_STRATEGIES}"
        yield breach(SERVICE.at("placementStrategy"), message, fix, text=text)
    for spot, one in given:
        kind, field = one.get("type"), one.get("field") or ""
        if kind == "binpack" and field.lower() not in _RESOURCES:
            text = "The field of the binpack placement strategy must be cpu or memory."
            message = f"binpack needs the field cpu or memory, found {show(field)}"
            yield breach(spot.at("field"), message, "Use one of them", spot.at("type"), text=text)
        elif kind == "spread" and not _spreads(field):
            text = "The field of the spread placement strategy must be instanceId or an attribute."
            message = f"spread doesn't know the field {show(field)}"
            fix = "Use instanceId, host or attribute:NAME"
            yield breach(spot.at("field"), message, fix, spot.at("type"), text=text)


def _spreads(field: str) -> bool:
    return field.lower() in {"instanceid", "host"} or field.startswith("attribute:")


@rule("CreateService", "UpdateService", "RunTask", "RegisterTaskDefinition")
def constraints(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A memberOf has an expression, distinctInstance has none, and there are ten at most."""
    given: list[tuple[Spot, Shape]] = []
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        given += items(content, "placementConstraints", top)
    if len(given) > _MOST_CONSTRAINTS:
        text = f"A task can have at most {_MOST_CONSTRAINTS} placement constraints."
        message = f"found {len(given)} placement constraints"
        fix = f"ECS accepts at most {_MOST_CONSTRAINTS}, both files together"
        yield breach(given[_MOST_CONSTRAINTS][0], message, fix, text=text)
    for spot, one in given:
        kind, expression = one.get("type"), one.get("expression") or ""
        at = spot.at("expression")
        if kind == "distinctInstance" and expression:
            text = "Expressions are not supported for the distinctInstance constraint."
            yield breach(
                at, "distinctInstance has no expression", "Remove it", spot.at("type"), text=text
            )
        elif kind == "memberOf" and not expression:
            text = "An expression is required for the memberOf constraint."
            yield breach(at, "memberOf needs an expression", "Add it", spot.at("type"), text=text)
        elif len(expression) > _LONGEST_EXPRESSION:
            text = f"Expressions can have at most {_LONGEST_EXPRESSION} characters."
            message = f"the expression has {len(expression)} characters"
            yield breach(at, message, f"ECS accepts at most {_LONGEST_EXPRESSION}", text=text)
