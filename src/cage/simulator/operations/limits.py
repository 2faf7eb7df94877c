"""How many things the API takes at once."""

from __future__ import annotations

from collections.abc import Sized

from cage.simulator.world import ApiError


def at_most(limit: int, given: Sized, name: str) -> None:
    """Refuse a list that is longer than the API takes."""
    if len(given) > limit:
        raise ApiError("InvalidParameterException", f"{name} can have at most {limit} items.")


def not_empty(given: Sized, name: str) -> None:
    """Refuse an empty list, in ECS's words."""
    if not given:
        raise ApiError("InvalidParameterException", f"{name} cannot be empty.")
