"""Data types of cage's own files, described as AWS describes its types.

So one validator and one maker of JSON Schemas serve them all.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cage.definitions.shapes import AwsShape


@dataclasses.dataclass(frozen=True, slots=True)
class OwnShape:
    """A type that fulfils `AwsShape`; see there for the attributes."""

    name: str
    kind: str
    documentation: str
    members: Mapping[str, AwsShape] = dataclasses.field(default_factory=dict)
    required: Sequence[str] = ()
    enum: Sequence[str] = ()
    minimum: int | None = None
    maximum: int | None = None
    is_document: bool = False
    item: AwsShape | None = None

    @property
    def element(self) -> AwsShape:
        """The type of a list's elements or of a map's values."""
        if self.item is None:
            raise TypeError(f"a {self.kind} has no elements")
        return self.item


def text(documentation: str, *, enum: Sequence[str] = ()) -> OwnShape:
    """Return the type of a text, or of one of some words."""
    return OwnShape("Text", "string", documentation, enum=enum)


def structure(
    name: str,
    documentation: str,
    members: Mapping[str, AwsShape],
    *,
    required: Sequence[str] = (),
) -> OwnShape:
    """Return the type of an object with these keys; `name` is what messages call it."""
    return OwnShape(name, "structure", documentation, members, required)
