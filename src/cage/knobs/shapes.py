"""Data types of cage's own files, described in the same form as AWS's types.

Therefore, one validator and one JSON Schema generator serve all types.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class OwnShape(NamedTuple):
    """A type of a file, described in the same form as AWS's own."""

    name: str
    kind: str
    documentation: str
    members: Mapping[str, OwnShape] = MappingProxyType({})
    required: Sequence[str] = ()
    enum: Sequence[str] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str = ""
    is_document: bool = False
    item: OwnShape | None = None

    @property
    def element(self) -> OwnShape:
        """The type of a list's elements or of a map's values."""
        if self.item is None:
            raise TypeError(f"a {self.kind} has no elements")
        return self.item


def text(documentation: str, *, enum: Sequence[str] = ()) -> OwnShape:
    """Return the type of a text, or of one of several words."""
    return OwnShape("Text", "string", documentation, enum=enum)


def number(
    documentation: str, *, minimum: int | None = None, maximum: int | None = None
) -> OwnShape:
    """Return the type of a number, whole or not."""
    return OwnShape("Number", "double", documentation, minimum=minimum, maximum=maximum)


def whole(
    documentation: str, *, minimum: int | None = None, maximum: int | None = None
) -> OwnShape:
    """Return the type of a whole number."""
    return OwnShape("Whole", "integer", documentation, minimum=minimum, maximum=maximum)


def truth(documentation: str) -> OwnShape:
    """Return the type of a boolean."""
    return OwnShape("Truth", "boolean", documentation)


def listed(documentation: str, item: OwnShape) -> OwnShape:
    """Return the type of a list."""
    return OwnShape("List", "list", documentation, item=item)


def mapped(documentation: str, item: OwnShape) -> OwnShape:
    """Return the type of an object with any keys."""
    return OwnShape("Map", "map", documentation, item=item)


def structure(
    name: str,
    documentation: str,
    members: Mapping[str, OwnShape],
    *,
    required: Sequence[str] = (),
) -> OwnShape:
    """Return the type of an object with these keys; `name` is its name in messages."""
    return OwnShape(name, "structure", documentation, members, required)
