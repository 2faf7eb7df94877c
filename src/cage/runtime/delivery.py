"""Events handed to a report through a queue, so that a slow report holds nothing up."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager

import anyio
import anyio.to_thread

from cage.model.events.union import Event
from cage.runtime import clock
from cage.runtime.journal import Sink, guarded, log_failure

FLUSH_S = 5.0
"""How long the end of a run waits for its reports, all together."""

_NAME = "cage-report"


class Delivery:
    """Hands events to a report in a thread of the report's own, in order.

    The thread opens and closes the report, since both may block. It is a daemon: a report that
    blocks for ever doesn't keep the process from ending.

    Args:
        report: Yields the sink.
    """

    def __init__(self, report: AbstractContextManager[Sink]) -> None:
        self._report = report
        self._queue: queue.SimpleQueue[Event | threading.Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=_NAME, daemon=True)
        self._thread.start()

    def __call__(self, event: Event) -> None:
        """Take an event; never blocks."""
        self._queue.put(event)

    def settle(self, bound_s: float = FLUSH_S) -> bool:
        """Wait until the report has what it was given so far; return whether it has."""
        reached = threading.Event()
        self._queue.put(reached)
        return reached.wait(bound_s)

    def _run(self) -> None:
        with _logged(), contextlib.ExitStack() as opened:
            sink: Sink = _ignore
            with _logged():
                sink = guarded(opened.enter_context(self._report))
            while (item := self._queue.get()) is not None:
                if isinstance(item, threading.Event):
                    item.set()
                else:
                    sink(item)

    def end(self) -> None:
        """Close the report once it has all events; `join` waits for that."""
        self._queue.put(None)

    def join(self, bound_s: float) -> bool:
        """Wait until the report is closed; return whether it is."""
        self._thread.join(bound_s)
        return not self._thread.is_alive()


def _ignore(_event: Event) -> None:
    """Take an event for a report that can't be opened."""


@contextlib.contextmanager
def _logged() -> Iterator[None]:
    """Log an error of a report's."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  whatever it is, the rollout continues
        log_failure(error)


def flush(deliveries: Iterable[Delivery], bound_s: float = FLUSH_S) -> bool:
    """Close reports, waiting `bound_s` seconds for all of them; return whether they are closed."""
    deliveries = tuple(deliveries)
    for delivery in deliveries:
        delivery.end()
    until = clock.stopwatch() + bound_s
    return all(one.join(max(0.0, until - clock.stopwatch())) for one in deliveries)


@contextlib.asynccontextmanager
async def delivered(sinks: tuple[Sink, ...]) -> AsyncIterator[tuple[Sink, ...]]:
    """Yield sinks that hand on to these through a queue each, and flush them at the end."""
    deliveries = tuple(Delivery(contextlib.nullcontext(sink)) for sink in sinks)
    try:
        yield deliveries
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(flush, deliveries)


def unfinished() -> bool:
    """Return whether a report is still being written, which then blocks for ever."""
    return any(thread.name == _NAME for thread in threading.enumerate())
