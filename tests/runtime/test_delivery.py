"""Reports that are slow, block forever or fail: none of them delays anything.

Nothing here depends on the speed of the machine: a slow report waits for the test.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING

import anyio
import pytest

from cage.model.events import Event, Noticed
from cage.runtime.delivery import Delivery, delivered, flush, unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.runtime.journal import Sink

EVENTS = [Noticed(f"event {number}") for number in range(50)]
NEVER_S = 0.05
"""How long to wait for a report that waits for the test."""
LONG_S = 60.0
"""How long to wait for a report that needs only the processor."""


class Slow:
    """A report that handles each event only when the test allows it."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self.closed = False

    @contextlib.contextmanager
    def open(self) -> Iterator[Sink]:
        yield self.take
        self.closed = True

    def take(self, event: Event) -> None:
        self.reached.set()
        self.go_on.wait(LONG_S)
        self.told.append(event)


@pytest.fixture
def slow() -> Iterator[Slow]:
    report = Slow()
    yield report
    report.go_on.set()
    while unfinished():
        threading.Event().wait(0.01)


def test_a_slow_report_gets_every_event_in_order_and_delays_nothing(slow: Slow) -> None:
    delivery = Delivery(slow.open())
    for event in EVENTS:
        delivery(event)
    assert slow.reached.wait(LONG_S)
    assert slow.told == []
    slow.go_on.set()
    assert flush([delivery], LONG_S)
    assert slow.told == EVENTS
    assert slow.closed


def test_a_report_that_blocks_forever_delays_neither_the_end_nor_another_report(
    slow: Slow,
) -> None:
    told: list[Event] = []
    stuck, quick = Delivery(slow.open()), Delivery(contextlib.nullcontext(told.append))
    for event in EVENTS:
        stuck(event)
        quick(event)
    assert quick.settle(LONG_S)
    assert told == EVENTS
    assert not stuck.settle(NEVER_S)
    assert not flush([stuck, quick], NEVER_S)
    assert unfinished()
    assert not slow.closed


def test_a_program_gets_its_events_in_order_and_its_loop_never_blocks(slow: Slow) -> None:
    told: list[Event] = []

    async def operate() -> None:
        async with delivered((slow.take, told.append), NEVER_S) as sinks:
            for event in EVENTS:
                for sink in sinks:
                    sink(event)

    anyio.run(operate)
    assert told == EVENTS
    assert slow.told == []


def test_a_report_that_blocks_when_it_is_opened_delays_nothing(slow: Slow) -> None:
    @contextlib.contextmanager
    def opening() -> Iterator[Sink]:
        slow.go_on.wait(LONG_S)
        yield slow.told.append

    delivery = Delivery(opening())
    delivery(EVENTS[0])
    assert not flush([delivery], NEVER_S)
    slow.go_on.set()
    assert delivery.join(LONG_S)
    assert slow.told == EVENTS[:1]


def test_a_report_that_fails_is_logged_once_and_gets_no_more_events(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[Event] = []

    def take(event: Event) -> None:
        told.append(event)
        raise OSError(28, "No space left on device")

    delivery = Delivery(contextlib.nullcontext(take))
    for event in EVENTS:
        delivery(event)
    assert flush([delivery], LONG_S)
    assert told == EVENTS[:1]
    (record,) = caplog.records
    assert "A report failed and gets no more events" in record.message
    assert "No space left" in record.message


@pytest.mark.parametrize("when", ["opened", "closed"])
def test_a_report_that_fails_when_it_is_opened_or_closed_is_logged(
    when: str, caplog: pytest.LogCaptureFixture
) -> None:
    @contextlib.contextmanager
    def report() -> Iterator[Sink]:
        if when == "opened":
            raise OSError(5, "Input/output error")
        yield lambda _event: None
        raise OSError(5, "Input/output error")

    delivery = Delivery(report())
    delivery(EVENTS[0])
    assert flush([delivery], LONG_S)
    assert "Input/output error" in caplog.text


def test_a_reader_that_closed_its_pipe_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    def take(_event: Event) -> None:
        raise BrokenPipeError

    caplog.set_level(logging.DEBUG, "cage")
    delivery = Delivery(contextlib.nullcontext(take))
    delivery(EVENTS[0])
    assert flush([delivery], LONG_S)
    assert caplog.text == ""
