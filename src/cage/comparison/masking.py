"""Masks secrets before a comparison is shown."""

from __future__ import annotations

from typing import Any

from cage.comparison.arrangement import Named
from cage.comparison.paths import Label, Path
from cage.masking.secrecy import MASK, looks_secret, secret_form, secret_items

_REFERENCES = frozenset({"secrets", "secretOptions"})
"""Members whose values specify where a secret is stored."""


def masked(value: Any, path: Path) -> Any:
    """Return the value as plain JSON, with what looks like a secret masked.

    Names are considered where people choose them: in maps and in lists of named items.
    """
    match value:
        case Named():
            return {key: masked(item, (*path, Label(key))) for key, item in value.items()}
        case dict():
            return {key: masked(item, (*path, key)) for key, item in value.items()}
        case list() if all(isinstance(item, str) for item in value):
            secret = secret_items(value)
            return [
                MASK if number in secret else masked(item, path)
                for number, item in enumerate(value)
            ]
        case list():
            return [masked(item, path) for item in value]
        case str() if _REFERENCES.isdisjoint(path):
            return MASK if _secret(value, path) else value
        case _:
            return value


def veiled(value: Any, hidden: frozenset[str]) -> Any:
    """Return plain JSON with `***` in place of texts that contain a hidden value."""
    match value:
        case dict():
            return {key: veiled(item, hidden) for key, item in value.items()}
        case list():
            return [veiled(item, hidden) for item in value]
        case str() if any(secret in value for secret in hidden):
            return MASK
        case _:
            return value


def _secret(value: str, path: Path) -> bool:
    if path and isinstance(path[-1], Label):
        return looks_secret(path[-1].partition("#")[0], value)
    return secret_form(value)
