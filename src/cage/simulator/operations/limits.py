"""The API's batch limits."""

from __future__ import annotations

from collections.abc import Sized

from cage.simulator.world import ApiError


def at_most(limit: int, given: Sized, name: str) -> None:
    """Refuse a list that is longer than the API takes."""
    if len(given) > limit:
        raise ApiError("InvalidParameterException", f"{name} can have at most {limit} items.")
