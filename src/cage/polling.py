"""The one waiting loop: look, decide, wait until a change can be expected, look again."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

from cage import clock
from cage.errors import AwsUnavailableError

T = TypeVar("T")

SOONEST_S = 1.25
"""Looking more often than this shows nothing new: ECS's own reads lag by about a second."""

LATEST_S = 10.0
"""However little is expected, a task that stopped is to be seen within this time."""


def pause_s(elapsed_s: float, expected_s: float | None, latest_s: float = LATEST_S) -> float:
    """Return how long to wait before the next look, in seconds.

    Long before a change is expected a look costs a call and shows nothing; around that
    time each second counts; long after it nobody knows, and a constant share of the time
    already spent bounds both the calls and the delay.

    Args:
        elapsed_s: Seconds since the wait began.
        expected_s: Seconds from the beginning until a change is likely; None: unknown.
        latest_s: The longest pause.
    """
    if expected_s is None:
        return min(max(elapsed_s * 0.08, SOONEST_S), latest_s)
    until_s = expected_s - elapsed_s
    if until_s > SOONEST_S:
        return min(max(until_s * 0.7, SOONEST_S), latest_s)
    overdue_s = max(0.0, -until_s)
    return min(max(expected_s * 0.01, overdue_s * 0.07, SOONEST_S), latest_s)


@dataclasses.dataclass(frozen=True, slots=True)
class Late:
    """The deadline passed without an answer.

    Attributes:
        last_error: The error that kept AWS from answering the last look; None if it did.
    """

    timeout_s: float
    last_error: AwsUnavailableError | None


@dataclasses.dataclass(slots=True)
class Wait(Generic[T]):
    """A wait for `look` to give something other than None.

    Attributes:
        look: Asks once; None means: not yet. An `AwsUnavailableError` counts as not yet.
        deadline: When to give up. There is always a look at the deadline itself.
        expected_s: Seconds from the start until an answer is likely. `look` may change it.
        latest_s: The longest pause between two looks.
        wake: Once set, it ends the pause that is going on.
    """

    look: Callable[[], Awaitable[T | None]]
    deadline: clock.Deadline
    expected_s: float | None = None
    latest_s: float = LATEST_S
    wake: anyio.Event | None = None

    async def result(self) -> T | Late:
        """Return what `look` gave, or `Late`."""
        began = clock.monotonic()
        while True:
            error: AwsUnavailableError | None = None
            try:
                found = await self.look()
            except AwsUnavailableError as unavailable:
                error = unavailable
            else:
                if found is not None:
                    return found
            remaining = self.deadline.remaining_s()
            if remaining <= 0:
                return Late(self.deadline.timeout_s, error)
            pause = pause_s(clock.monotonic() - began, self.expected_s, self.latest_s)
            await self._pause(min(pause, remaining))

    async def _pause(self, seconds: float) -> None:
        if self.wake is None or self.wake.is_set():
            await clock.sleep(seconds)
            return
        with anyio.move_on_after(seconds):
            await self.wake.wait()
