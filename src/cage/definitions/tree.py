"""A parsed file: values that know where they were written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cage.definitions.findings import KeyPath


@dataclasses.dataclass(slots=True)
class Node:
    """A value, with offsets into the text as written.

    A key with a variable in it is a `FilledText`.

    Attributes:
        value: A scalar, a list of nodes, or a dict of nodes.
        source: How the scalar was written, if a variable's value was inserted into it.
        unknown: Whether an undefined variable is part of the scalar.
        secret: Whether a secret's value is part of the text.
        keys: For a dict: where each key was written.
    """

    value: Any
    start: int
    source: str | None = None
    unknown: bool = False
    secret: bool = False
    keys: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The value's type, in JSON's terms."""
        match self.value:
            case None:
                return "null"
            case bool():
                return "true or false"
            case str():
                return "a string"
            case float():
                return "a number with a point or an exponent"
            case int():
                return "a number"
            case list():
                return "a list"
            case _:
                return "an object"


def locate(root: Node, path: KeyPath, *, key: bool = False) -> int:
    """Return the offset of the value at that path, or of its nearest parent.

    Args:
        root: The tree's top.
        path: The path to the value.
        key: Whether to return the offset of the value's key, if it has one.
    """
    node, offset = root, root.start
    for step in path:
        children = node.value
        if isinstance(children, dict) and step in children:
            offset = node.keys.get(str(step), offset)
            node = children[str(step)]
        elif isinstance(children, list) and isinstance(step, int) and step < len(children):
            node = children[step]
            offset = node.start
        else:
            return node.start
    return offset if key else node.start
