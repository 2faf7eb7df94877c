"""The only place that knows time.

Everything in cage asks this module. Time comes from the running event loop, so a
simulation needs to swap nothing but the loop: one that has a `wall_epoch` (seconds
since 1970, UTC, at loop time 0) also decides what the wall clock shows.

It imports the event loop only when time is asked for: every command's help comes by here.
"""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the wall-clock time, UTC."""
    import asyncio

    loop = asyncio.get_running_loop()
    epoch = getattr(loop, "wall_epoch", None)
    if epoch is None:
        return datetime.now(UTC)  # noqa: TID251  this is the place
    return datetime.fromtimestamp(epoch + loop.time(), UTC)


def monotonic() -> float:
    """Return seconds on a clock that never goes back; only differences mean anything."""
    import anyio

    return anyio.current_time()  # noqa: TID251  this is the place


def wall() -> datetime:
    """Return the real wall-clock time, UTC, also outside an event loop."""
    return datetime.now(UTC)  # noqa: TID251  this is the place


def stopwatch() -> float:
    """Return real seconds, also outside an event loop; for displays and reports alone."""
    return time.monotonic()  # noqa: TID251  this is the place


async def sleep(seconds: float) -> None:
    """Wait for `seconds`, or less if cancelled."""
    import anyio

    await anyio.sleep(seconds)  # noqa: TID251  this is the place


@dataclasses.dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which a wait gives up.

    Attributes:
        at: The moment, on `monotonic()`'s clock, in seconds.
        timeout_s: How long the wait was allowed to be, for messages.
    """

    at: float
    timeout_s: float

    @classmethod
    def after(cls, timeout_s: float) -> Deadline:
        """Return the deadline that is `timeout_s` seconds from now."""
        return cls(at=monotonic() + timeout_s, timeout_s=timeout_s)

    def remaining_s(self) -> float:
        """Return the seconds left; 0 when the deadline has passed."""
        return max(0.0, self.at - monotonic())

    def passed(self) -> bool:
        """Tell whether the deadline has passed."""
        return monotonic() >= self.at
