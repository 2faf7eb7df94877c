"""The only place that reads the time.

Everything in cage calls this module. Time comes from the running event loop, so a
simulation only needs to replace the loop. A loop that has a `wall_epoch` (seconds
since 1970, UTC, at loop time 0) also decides what the wall clock shows.

It imports the event loop only when the time is needed, because every command's help
imports this module.
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
    """Return seconds on a clock that never goes backward. Only differences have a meaning."""
    import anyio

    return anyio.current_time()  # noqa: TID251  this is the place


def wall() -> datetime:
    """Return the real wall-clock time, UTC, even outside an event loop."""
    return datetime.now(UTC)  # noqa: TID251  this is the place


def stopwatch() -> float:
    """Return real seconds, even outside an event loop. For displays and reports only."""
    return time.monotonic()  # noqa: TID251  this is the place


async def sleep(seconds: float) -> None:
    """Wait for `seconds`, or less if canceled."""
    import anyio

    await anyio.sleep(seconds)  # noqa: TID251  this is the place


@dataclasses.dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which a wait ends.

    Attributes:
        at: The moment, on `monotonic()`'s clock, in seconds.
        timeout_s: How long the wait was allowed to take, for messages.
    """

    at: float
    timeout_s: float

    @classmethod
    def after(cls, timeout_s: float) -> Deadline:
        """Return the deadline that is `timeout_s` seconds from now."""
        return cls(at=monotonic() + timeout_s, timeout_s=timeout_s)

    def later(self, seconds: float) -> Deadline:
        """Return the deadline of a wait some of whose time doesn't count."""
        return dataclasses.replace(self, at=self.at + seconds)

    def remaining_s(self) -> float:
        """Return the seconds left; 0 when the deadline has passed."""
        return max(0.0, self.at - monotonic())

    def passed(self) -> bool:
        """Return whether the deadline has passed."""
        return monotonic() >= self.at
