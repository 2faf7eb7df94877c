"""Which failures another canary might not have, and how long to wait before it."""

from __future__ import annotations

from typing import TypeGuard

from cage.canary.task import Canary
from cage.model.outcome import Failed, Verdict
from cage.runtime import clock

_PAUSES_S = (15.0, 30.0, 60.0)
"""Three more canaries at most, on top of the retries by ECS itself for each."""

_MOST_S = 300.0
"""No canary starts later than this after the first: a temporary failure is over soon."""


class Patience:
    """Paces the canaries after the first.

    Args:
        bound_s: As long as the user waits for a task to start running; no canary starts later.
    """

    def __init__(self, bound_s: float) -> None:
        self._until = clock.Deadline.after(min(bound_s, _MOST_S))
        self._pauses = iter(_PAUSES_S)

    def next_pause_s(self) -> float | None:
        """Return how long to wait before another canary, in seconds; None if none starts."""
        pause_s = next(self._pauses, None)
        if pause_s is None or pause_s > self._until.remaining_s():
            return None
        return pause_s


def may_pass_again(verdict: Verdict, canary: Canary) -> TypeGuard[Failed]:
    """Return whether the canary failed before it was running, for a possibly temporary cause."""
    return isinstance(verdict, Failed) and verdict.transient and canary.running_since is None
