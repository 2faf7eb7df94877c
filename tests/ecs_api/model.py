"""botocore's model of ECS, as (structure, member), and what requests and answers have of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from botocore.model import ServiceModel, Shape
from botocore.session import get_session

from docsite.ecs_api import OPERATIONS

Member: TypeAlias = tuple[str, str]
Value: TypeAlias = tuple[Member, str]
"""A member with a value of it in JSON."""

_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


@functools.cache
def model() -> ServiceModel:
    """Return the newest model that is installed."""
    return get_session().get_service_model("ecs")


def shapes(operation: str) -> tuple[Shape, Shape]:
    """Return the shapes of an operation's request and answer."""
    found = model().operation_model(operation)
    return found.input_shape, found.output_shape


def members(*roots: Shape) -> set[Member]:
    """Return every member of these structures and of those within them."""
    seen: dict[str, Shape] = {}
    for root in roots:
        _collect(root, seen)
    return {(name, member) for name, shape in seen.items() for member in shape.members}


def _collect(shape: Shape, seen: dict[str, Shape]) -> None:
    if shape.type_name == "structure" and shape.name not in seen:
        seen[shape.name] = shape
        for inner in shape.members.values():
            _collect(inner, seen)
    elif shape.type_name == "list":
        _collect(shape.member, seen)
    elif shape.type_name == "map":
        _collect(shape.value, seen)


def listed() -> set[Member]:
    """Return the members that the table must have."""
    roots = []
    for operation, parts in OPERATIONS.items():
        request, answer = shapes(operation)
        roots += [request] if parts == "request" else [request, answer]
    return members(*roots)


def values(shape: Shape, value: Any) -> Iterator[Value]:
    """Yield each member that a request or an answer has, with its value."""
    if shape.type_name == "structure":
        for name, inner in (value or {}).items():
            if name in shape.members:
                yield (shape.name, name), json.dumps(inner, default=str, sort_keys=True)
                yield from values(shape.members[name], inner)
    elif shape.type_name == "list":
        for inner in value or []:
            yield from values(shape.member, inner)
    elif shape.type_name == "map":
        for inner in (value or {}).values():
            yield from values(shape.value, inner)


def made_up(shape: Shape, seen: tuple[str, ...] = ()) -> Any:
    """Return a value that has everything that a shape can have."""
    kind = shape.type_name
    if kind == "structure":
        inside = (*seen, shape.name)
        return (
            {}
            if shape.name in seen
            else {name: made_up(inner, inside) for name, inner in shape.members.items()}
        )
    if kind == "list":
        return [made_up(shape.member, seen)]
    if kind == "map":
        return {made_up(shape.key, seen): made_up(shape.value, seen)}
    if kind in _NUMBERS:
        return _NUMBERS[kind](shape.metadata.get("min") or 1)
    return True if kind == "boolean" else (getattr(shape, "enum", None) or ["x"])[0]
