"""How to fix a value that AWS's model rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cage.definitions.tree import Node
    from cage.ports.shapes import AwsShape

_FEW = 4
"""How many keys fit in a sentence."""

_DEEP = 4
_NO_QUOTES = "Write it without quotes"
_KINDS: Mapping[str, tuple[str, str]] = {
    "structure": ("an object", 'Write an object: {"key": "value"}'),
    "map": ("an object", 'Write an object: {"key": "value"}'),
    "list": ("a list", "Put it in [ ]"),
    "string": ("a string", "Put it in double quotes"),
    "boolean": ("true or false", _NO_QUOTES),
    "integer": ("a whole number", f"{_NO_QUOTES} and without a fraction"),
    "long": ("a whole number", f"{_NO_QUOTES} and without a fraction"),
}


def wrong_kind(node: Node, shape: AwsShape) -> tuple[str, str]:
    """Return what was expected instead of the value, and how to write it."""
    expected, remedy = _KINDS.get(shape.kind, ("a number", _NO_QUOTES))
    match node.value:
        case str() if shape.kind in {"list", "structure", "map"}:
            if node.value.lstrip().startswith(("[", "{")):
                remedy = "Remove the quotes around it, and the backslashes inside"
        case dict() if shape.kind == "list" and _example(shape.element):
            remedy = f"Write a list: [{_example(shape.element)}]"
        case list() if shape.kind == "map":
            remedy = 'Write {"key": "value"}'
        case bool() | int() | float() if shape.enum:
            remedy = f"Use one of {', '.join(shape.enum)}"
    return expected, remedy


def unknown_key(key: str, shape: AwsShape, top: AwsShape) -> str:
    """Return what to do with a key that a type doesn't have, and that resembles none it has."""
    few = 0 < len(shape.members) <= _FEW
    homes = list(_homes(key, shape if few else top, shape))
    if len(homes) == 1:
        return f"Move it: it belongs in {homes[0]}"
    if shape.name.endswith("Request") or not few:
        return f"Remove it: {_named(shape)} has no such key"
    *others, last = shape.members
    known = f"{', '.join(others)} and {last}" if others else last
    return f"Remove it: {_named(shape)} has {known}"


def _example(shape: AwsShape) -> str:
    if shape.kind != "structure" or not 0 < len(shape.members) <= _FEW:
        return ""
    return "{" + ", ".join(f'"{key}": …' for key in shape.members) + "}"


def _homes(key: str, shape: AwsShape, here: AwsShape, path: str = "") -> Iterator[str]:
    """Yield the objects of a request that have the key, except the one that it is in."""
    if path and shape.name != here.name and key in shape.members:
        yield path
    if path.count(".") >= _DEEP:
        return
    for name, member in shape.members.items():
        inner, step = member, name
        if inner.kind == "list":
            inner, step = inner.element, f"{name}[]"
        if inner.kind == "structure":
            yield from _homes(key, inner, here, f"{path}.{step}" if path else step)


def _named(shape: AwsShape) -> str:
    """Return the type's name for use in a sentence."""
    requests: Mapping[str, str] = {
        "CreateServiceRequest": "a service",
        "RegisterTaskDefinitionRequest": "a task definition",
    }
    return requests.get(shape.name, shape.name)
