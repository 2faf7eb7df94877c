"""A request that can be shown: its secrets are masked.

It masks values from secret stores, and what `secrecy` considers a secret where people write their
own texts: variables, commands, labels, options, tags. It keeps `valueFrom` of `secrets`, which
says where a secret is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cage.definitions.requirements import FREE_TEXT
from cage.masking.mask import SecretText
from cage.masking.secrecy import MASK, looks_secret, secret_form

if TYPE_CHECKING:
    from cage.definitions.shapes import AwsShape
    from cage.model.base import Shape


def masked(request: Shape, shape: AwsShape) -> dict[str, Any]:
    """Return the request with `***` in place of each value that is, or looks like, a secret.

    Args:
        request: Input of an operation.
        shape: The type of that input.
    """
    return _structure(request, shape)


def _structure(value: Shape, shape: AwsShape) -> dict[str, Any]:
    name = str(value.get("name") or value.get("key") or "")
    return {
        key: _masked(item, shape.members[key], free=(shape.name, key) in FREE_TEXT, name=name)
        for key, item in value.items()
    }


def _masked(value: Any, shape: AwsShape, *, free: bool, name: str) -> Any:
    """Mask a value of that type; `name` is the name its author chose."""
    match value:
        case dict() | list() if shape.is_document:
            return _document(value)
        case dict() if shape.kind == "structure":
            return _structure(value, shape)
        case dict() if shape.kind == "map":
            return {
                key: _masked(item, shape.element, free=free, name=str(key))
                for key, item in value.items()
            }
        case list() if shape.kind == "list":
            return [_masked(item, shape.element, free=free, name="") for item in value]
        case SecretText():
            return MASK
        case str() if free and (looks_secret(name, value) if name else secret_form(value)):
            return MASK
        case _:
            return value


def _document(value: Any) -> Any:
    """Mask secrets in a JSON document of the user's own."""
    match value:
        case dict():
            return {key: _document(item) for key, item in value.items()}
        case list():
            return [_document(item) for item in value]
        case _:
            return MASK if isinstance(value, SecretText) else value
