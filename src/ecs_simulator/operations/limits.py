"""How many things, which numbers and which names the API accepts."""

from __future__ import annotations

from collections.abc import Sized

from ecs_rules import names
from ecs_simulator.world import ApiError


def at_most(limit: int, given: Sized, name: str) -> None:
    """Refuse a list that is longer than the API accepts."""
    if len(given) > limit:
        raise ApiError("InvalidParameterException", f"{name} can have at most {limit} items.")


def not_empty(given: Sized, name: str) -> None:
    """Refuse an empty list, in ECS's words."""
    if not given:
        raise ApiError("InvalidParameterException", f"{name} cannot be empty.")


def named(name: str, kind: str) -> str:
    """Return a name that ECS accepts, and refuse any other.

    Source: API, CreateService and CreateCluster; the text is *unknown*.
    """
    if not names.NAME.fullmatch(name):
        raise ApiError("InvalidParameterException", names.refusal(kind))
    return name
