"""Removes what AWS adds automatically, and normalizes the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cage.comparison.defaults import default_of
from ecs_rules.size import cpu_units, memory_mib

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cage.model.base import Shape
    from cage.ports.shapes import AwsShape

_SIZES: Mapping[tuple[str, str], Callable[[str], int | None]] = {
    # ECS developer guide, "Task definition parameters": vCPU become CPU units when a task
    # definition is registered, GB become MiB.
    ("RegisterTaskDefinitionRequest", "cpu"): cpu_units,
    ("RegisterTaskDefinitionRequest", "memory"): memory_mib,
}


def reduced(request: Shape, shape: AwsShape) -> dict[str, Any]:
    """Return a request with only what differs from ECS's defaults, in the API's own shape.

    Unknown and read-only members are removed, as are nulls, empty lists and empty structures: ECS
    accepts and shows them as absent. Enum values are spelled like in the API.
    """
    return _structure(request, shape, _top(request, shape))


def _top(request: Shape, shape: AwsShape) -> dict[str, Any]:
    """Return the members of the whole request on which defaults elsewhere in it depend."""
    return {
        key: _scalar(request[key], shape.members[key])
        for key in ("networkMode", "schedulingStrategy")
        if key in shape.members and request.get(key)
    }


def _structure(value: Shape, shape: AwsShape, top: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for key, member in shape.members.items():
        part = value.get(key)
        size = _SIZES.get((shape.name, key))
        if size is not None and isinstance(part, str):
            units = size(part)
            part = part if units is None else str(units)
        part = _value(part, member, top)
        if part is None or (part in ([], {}) and not member.is_document):
            continue
        if _is_default(part, default_of(shape.name, key, value, top)):
            defaults[key] = part
        else:
            found[key] = part
    # A structure with more than its defaults also needs what ECS requires.
    needed = {key: defaults[key] for key in shape.required if key in defaults} if found else {}
    both = found | needed
    return {key: both[key] for key in shape.members if key in both}


def _value(value: Any, shape: AwsShape, top: Shape) -> Any:
    if value is None or shape.is_document:
        return value
    match value:
        case dict() if shape.kind == "structure":
            return _structure(value, shape, top)
        case dict():
            return {key: _value(item, shape.element, top) for key, item in value.items()}
        case list() | tuple():
            return [_value(item, shape.element, top) for item in value if item is not None]
        case _:
            return _scalar(value, shape)


def _scalar(value: Any, shape: AwsShape) -> Any:
    if isinstance(value, str) and shape.enum:
        return next((word for word in shape.enum if word.casefold() == value.casefold()), value)
    return value


def _is_default(value: Any, default: Any) -> bool:
    if isinstance(value, list) and isinstance(default, list):
        return sorted(map(str, value)) == sorted(map(str, default))
    if isinstance(value, str) and isinstance(default, str):
        return value.casefold() == default.casefold()
    # True equals 1 in Python, but means something else in a request.
    return isinstance(value, bool) is isinstance(default, bool) and bool(value == default)
