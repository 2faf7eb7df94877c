"""What an answer is made of: its fields and their types, whatever the values are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def outline(answer: Any) -> dict[str, str]:
    """Return the type of each field by its path, as `containers[].exitCode`."""
    return dict(_walk(answer, ""))


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            yield from _walk(inner, f"{path}[]")
    else:
        yield path, type(value).__name__
