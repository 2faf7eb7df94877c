"""Wait until no one else is rolling out the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from cage.model import events
from cage.model.errors import BusyError
from cage.rollout.run import Run
from cage.runtime import clock

T = TypeVar("T")

_AGAIN_S = 10.0


async def taken(run: Run, require: Callable[[], Awaitable[T]]) -> T:
    """Return the result of `require` once the service is free.

    The request specifies how long to wait, counted from the start of the operation. The last
    check can take a lease longer.

    Raises:
        BusyError: The service isn't free in time.
    """
    timeout_s = run.request.wait_for_turn_s or 0.0
    deadline = clock.Deadline(run.began + timeout_s, timeout_s)
    told = ""
    while True:
        try:
            return await require()
        except BusyError as busy:
            if deadline.passed():
                raise
            if not told:
                run.context.tell(events.WaitStarted("our turn", deadline.timeout_s))
            if busy.what != told:
                run.context.tell(events.WaitProgressed(busy.what))
            told = busy.what
        await clock.sleep(min(_AGAIN_S, deadline.remaining_s()))
