"""Waiting until nobody else rolls the service out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from cage import clock, events
from cage.errors import BusyError
from cage.events import Journal

T = TypeVar("T")

_AGAIN_S = 10.0


async def taken(
    require: Callable[[], Awaitable[T]], timeout_s: float | None, journal: Journal
) -> T:
    """Return what `require` gives once the service is free.

    Args:
        timeout_s: How long to wait; None: not at all. The last look may take a lease longer.

    Raises:
        BusyError: It isn't free in time.
    """
    deadline = clock.Deadline.after(timeout_s or 0.0)
    told = ""
    while True:
        try:
            return await require()
        except BusyError as busy:
            if deadline.passed():
                raise
            if not told:
                journal.tell(events.WaitStarted("our turn", deadline.timeout_s))
            if busy.what != told:
                journal.tell(events.WaitProgressed(busy.what))
            told = busy.what
        await clock.sleep(min(_AGAIN_S, deadline.remaining_s()))
