"""Which failures another canary might not have, and how long to wait before it."""

from __future__ import annotations

from typing import TypeGuard

from cage.canary.task import Canary
from cage.model.outcome import Failed, Verdict
from cage.runtime import clock

_PAUSES_S = (15.0, 30.0, 60.0)
"""Three more canaries at most, on top of the retries by ECS itself for each."""

_MOST_S = 300.0
"""No canary starts later than this after the first: a temporary failure is over soon. A host can
be lost at any time."""

_HOST_LOST = frozenset({"SpotInterruption", "TerminationNotice"})
"""Stop codes of tasks whose host was lost (ECS API reference, Task, stopCode)."""


class Patience:
    """Paces the canaries after the first.

    Args:
        bound_s: As long as the user waits for a task to start running; no canary starts later.
    """

    def __init__(self, bound_s: float) -> None:
        self._until = clock.Deadline.after(min(bound_s, _MOST_S))
        self._pauses = iter(_PAUSES_S)

    def next_pause_s(self, canary: Canary) -> float | None:
        """Return how long to wait before another canary, in seconds; None if none starts.

        Args:
            canary: The one that failed.
        """
        pause_s = next(self._pauses, None)
        if pause_s is None or (pause_s > self._until.remaining_s() and not host_lost(canary)):
            return None
        return pause_s


def host_lost(canary: Canary) -> bool:
    """Return whether the canary stopped because Spot or its host took it, also while it ran."""
    task = canary.task
    return task is not None and task.stopping and task.stop_code in _HOST_LOST


def may_pass_again(verdict: Verdict, canary: Canary) -> TypeGuard[Failed]:
    """Return whether another canary might pass: this one's failure might be temporary.

    After it ran, only the loss of its host is, since that says nothing about the revision.
    """
    if not isinstance(verdict, Failed):
        return False
    return host_lost(canary) or (verdict.transient and canary.running_since is None)
