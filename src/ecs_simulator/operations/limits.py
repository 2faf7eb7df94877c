"""How many things, which numbers and which names the API takes."""

from __future__ import annotations

import re
from collections.abc import Sized

from ecs_simulator.world import ApiError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def at_most(limit: int, given: Sized, name: str) -> None:
    """Refuse a list that is longer than the API takes."""
    if len(given) > limit:
        raise ApiError("InvalidParameterException", f"{name} can have at most {limit} items.")


def not_empty(given: Sized, name: str) -> None:
    """Refuse an empty list, in ECS's words."""
    if not given:
        raise ApiError("InvalidParameterException", f"{name} cannot be empty.")


def not_negative(number: int | None, name: str) -> None:
    """Refuse a number below 0; the text is *unknown*."""
    if number is not None and number < 0:
        raise ApiError("InvalidParameterException", f"{name} must not be negative.")


def named(name: str, kind: str) -> str:
    """Return a name that ECS takes, and refuse any other.

    Source: API, CreateService and CreateCluster; the text is *unknown*.
    """
    if not _NAME.fullmatch(name):
        raise ApiError(
            "InvalidParameterException",
            f"{kind} names have up to 255 letters, numbers, underscores and hyphens.",
        )
    return name
