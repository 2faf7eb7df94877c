"""The one waiting loop: poll, decide, wait until a change can be expected, poll again."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

from cage.model.errors import AwsUnavailableError
from cage.runtime import clock

T = TypeVar("T")

SOONEST_S = 1.25
"""Polling more often shows nothing new, because ECS's own reads lag by about a second."""

LATEST_S = 10.0
"""Even if no change is expected, a task that stopped must be seen within this time."""


_LEAST_S = 0.1
"""Reading a clock twice can leave less than its resolution, which would not be a pause."""


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """How often to poll.

    Attributes:
        expected_s: Seconds from the beginning until a change is likely; None: unknown.
        soonest_s: The shortest pause between two polls.
        latest_s: The longest pause between two polls.
        sure: Whether nothing changes before `expected_s`. If true, cage does not poll before it.
        late_share: The share of the time since `expected_s` that a change can be seen late.
    """

    expected_s: float | None = None
    soonest_s: float = SOONEST_S
    latest_s: float = LATEST_S
    sure: bool = False
    late_share: float = 0.1

    def pause_s(self, elapsed_s: float) -> float:
        """Return how long to wait before the next poll, in seconds.

        Long before a change is expected, a poll costs a call and shows nothing. Around that
        time, each second counts. Long after it, the time of the change is unknown: a constant
        share of the time already spent limits both the calls and the delay.

        Args:
            elapsed_s: Seconds since the wait began.
        """
        until_s = (self.expected_s or 0.0) - elapsed_s
        if self.sure and until_s > 0:
            return max(until_s, _LEAST_S)
        if self.expected_s is None:
            wanted_s = elapsed_s * 0.08
        elif until_s > self.soonest_s:
            wanted_s = until_s * 0.7
        else:
            wanted_s = -until_s * self.late_share
        return min(max(wanted_s, self.soonest_s), self.latest_s)


OF_DEPLOYMENT = Pace(latest_s=15.0)
"""A deployment takes minutes. A failing one must be seen within this time."""


@dataclasses.dataclass(frozen=True, slots=True)
class Late:
    """The deadline passed without an answer.

    Attributes:
        last_error: The error that kept AWS from answering the last poll; None if AWS answered.
    """

    timeout_s: float
    last_error: AwsUnavailableError | None


@dataclasses.dataclass(slots=True)
class Wait(Generic[T]):
    """A wait until `look` returns something other than None.

    Attributes:
        look: Polls once. None means: not yet. An `AwsUnavailableError` counts as not yet.
        deadline: When to stop waiting. There is always a poll at the deadline itself.
        pace: How often to poll, from the start on. `look` can change it.
        wake: Once set, it ends the pause in progress, or the next one.
        at_once: Whether to poll before the first pause.
    """

    look: Callable[[], Awaitable[T | None]]
    deadline: clock.Deadline
    pace: Pace = Pace()
    wake: anyio.Event | None = None
    at_once: bool = True
    _woken: bool = False

    async def result(self) -> T | Late:
        """Return what `look` returned, or `Late`."""
        began = clock.monotonic()
        if not self.at_once:
            await self._pause(min(self.pace.pause_s(0.0), max(0.0, self.deadline.remaining_s())))
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
            pause_s = self.pace.pause_s(clock.monotonic() - began)
            await self._pause(min(pause_s, remaining))

    async def _pause(self, seconds: float) -> None:
        if self.wake is None or self._woken:
            await clock.sleep(seconds)
            return
        with anyio.move_on_after(seconds):
            await self.wake.wait()
            self._woken = True
