"""How to fix a value that AWS's model rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.tree import Node
    from cage.ports.shapes import AwsShape

_FEW = 4
"""How many keys fit in a sentence."""

_NO_QUOTES = "Write it without quotes"
_NUMBERS = ("integer", "long", "double", "float")
_KINDS: Mapping[str, tuple[str, str]] = {
    "structure": ("an object", 'Write an object: {"key": "value"}'),
    "map": ("an object", 'Write an object: {"key": "value"}'),
    "list": ("a list", "Put it in [ ]"),
    "string": ("a string", "Put it in double quotes"),
    "boolean": ("true or false", _NO_QUOTES),
    "integer": ("a whole number", f"{_NO_QUOTES} and without a fraction"),
    "long": ("a whole number", f"{_NO_QUOTES} and without a fraction"),
}


def wrong_kind(node: Node, shape: AwsShape, *, jsonnet: bool = False) -> tuple[str, str]:
    """Return what was expected instead of the value, and how to write it.

    Args:
        node: The value.
        shape: The type that was expected.
        jsonnet: Whether a program in Jsonnet made the value.
    """
    expected, remedy = _KINDS.get(shape.kind, ("a number", _NO_QUOTES))
    match node.value:
        case str() if shape.kind in {"list", "structure", "map"}:
            if node.value.lstrip().startswith(("[", "{")):
                remedy = "Remove the quotes around it, and the backslashes inside"
        case dict() if shape.kind == "list" and _example(shape.element):
            remedy = f"Write a list: [{_example(shape.element)}]"
        case list() if shape.kind == "map":
            remedy = 'Write {"key": "value"}'
        case str() if shape.kind in _NUMBERS and jsonnet:
            remedy = "Write std.parseInt(std.extVar('N')) for a variable, else remove the quotes"
        case bool() | int() | float() if shape.enum:
            remedy = f"Use one of {', '.join(shape.enum)}"
    return expected, remedy


def _example(shape: AwsShape) -> str:
    if shape.kind != "structure" or not 0 < len(shape.members) <= _FEW:
        return ""
    return "{" + ", ".join(f'"{key}": …' for key in shape.members) + "}"
