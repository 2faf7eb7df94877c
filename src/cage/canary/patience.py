"""Which failures another canary may not have, and how long to wait before it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from cage.canary.task import Canary
from cage.outcome import Failed, Verdict

_PAUSES_S = (15.0, 30.0, 60.0)
"""Three more canaries within two minutes, beside what ECS itself repeats for each."""


def pauses(bound_s: float) -> Iterator[float | None]:
    """Yield the pause after each canary, in seconds; None after the last one.

    Args:
        bound_s: All pauses together take no longer.
    """
    left_s = bound_s
    for pause_s in _PAUSES_S:
        if pause_s <= left_s:
            left_s -= pause_s
            yield pause_s
    yield None


def may_heal(verdict: Verdict, canary: Canary) -> TypeGuard[Failed]:
    """Tell whether the canary failed before it ran, for a cause that may heal by itself."""
    return isinstance(verdict, Failed) and verdict.heals and canary.running_since is None
