"""Values that are looked up elsewhere, by `${prefix:reference}`; the caller provides resolvers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TypeAlias


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """The value of a reference.

    Attributes:
        text: The value.
        secret: Whether it must never be shown.
    """

    text: str = dataclasses.field(repr=False)
    secret: bool = False


class LookupFailedError(Exception):
    """A lookup failed; the text explains why and doesn't contain a secret.

    Args:
        why: The reason, without a period at the end.
        remedy: How to fix it, if that isn't obvious.
    """

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.remedy = remedy


Lookup: TypeAlias = Callable[[str], Found | None]
"""Resolves a reference; returns None if lookups are off, and the value stays unknown.

Raises `LookupFailedError`.
"""


def once(lookups: Mapping[str, Lookup]) -> dict[str, Lookup]:
    """Return the same lookups, which resolve each reference once, even when that fails."""
    return {prefix: _once(lookup) for prefix, lookup in lookups.items()}


def _once(lookup: Lookup) -> Lookup:
    known: dict[str, Found | LookupFailedError | None] = {}

    def remember(reference: str) -> Found | None:
        if reference not in known:
            try:
                known[reference] = lookup(reference)
            except LookupFailedError as error:
                known[reference] = error
        found = known[reference]
        if isinstance(found, LookupFailedError):
            raise found
        return found

    return remember
