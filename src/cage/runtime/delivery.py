"""A queue between the journal and a report: a slow report does not slow down a rollout."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager

import anyio
import anyio.to_thread

from cage.model.events import Event
from cage.runtime import clock
from cage.runtime.journal import Sink, guarded, log_failure

FLUSH_S = 10.0
"""How long a command waits for its reports at the end."""

_NAME = "cage-report"


class Delivery:
    """Hands events to a report in order, in a thread of the report's own.

    The thread also opens and closes the report, because both can block. It is a daemon thread, so
    a report that blocks forever does not keep the process alive.

    Args:
        report: Yields the sink.
    """

    def __init__(self, report: AbstractContextManager[Sink]) -> None:
        self._report = report
        self._queue: queue.SimpleQueue[Event | threading.Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=_NAME, daemon=True)
        self._thread.start()

    def __call__(self, event: Event) -> None:
        """Queue an event. Never blocks."""
        self._queue.put(event)

    def settle(self, bound_s: float = FLUSH_S) -> bool:
        """Wait until the report has every event so far; return whether it has."""
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
        """Close the report after its last event; `join` waits for that."""
        self._queue.put(None)

    def join(self, bound_s: float) -> bool:
        """Wait until the report is closed; return whether it is."""
        self._thread.join(bound_s)
        return not self._thread.is_alive()


def _ignore(_event: Event) -> None:
    """Drop an event of a report that can't be opened."""


@contextlib.contextmanager
def _logged() -> Iterator[None]:
    """Log the error of a report."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  whatever it is, the rollout continues
        log_failure(error)


def flush(deliveries: Iterable[Delivery], bound_s: float = FLUSH_S) -> bool:
    """Close reports within `bound_s` seconds; return whether all of them are closed."""
    deliveries = tuple(deliveries)
    for delivery in deliveries:
        delivery.end()
    until = clock.stopwatch() + bound_s
    return all(one.join(max(0.0, until - clock.stopwatch())) for one in deliveries)


@contextlib.asynccontextmanager
async def delivered(
    sinks: tuple[Sink, ...], bound_s: float = FLUSH_S
) -> AsyncIterator[tuple[Sink, ...]]:
    """Yield sinks that hand events to these through queues; flush them at the end."""
    deliveries = tuple(Delivery(contextlib.nullcontext(sink)) for sink in sinks)
    try:
        yield deliveries
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(flush, deliveries, bound_s)


def unfinished() -> bool:
    """Return whether a report is still being written, and therefore blocks."""
    return any(thread.name == _NAME for thread in threading.enumerate())
