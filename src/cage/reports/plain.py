"""The report `plain`: lines with the time, without control characters, flushed one by one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import TextIO

from cage.model.events import Event, OperationFinished, OperationStarted
from cage.reports.report import Report
from cage.wording.endings import last_words
from cage.wording.harmless import harmless
from cage.wording.sentences import sentence


def wall_clock() -> Callable[[Event], str]:
    """Return a stamp that shows date and time, UTC."""
    return lambda event: f"{event.at:%Y-%m-%dT%H:%M:%SZ}"


def since_start() -> Callable[[Event], str]:
    """Return a stamp that shows minutes and seconds since the rollout started."""
    began: datetime | None = None

    def stamp(event: Event) -> str:
        nonlocal began
        started = isinstance(event, OperationStarted) and event.operation != "resume"
        if began is None or started:
            began = event.at
        minutes, seconds = divmod(round((event.at - began).total_seconds()), 60)
        return f"{minutes:3d}:{seconds:02d}"

    return stamp


class Plain:
    """Writes each event as one or more lines.

    Args:
        stream: Where to write.
        stamp: Returns the start of each line of an event.
    """

    def __init__(self, stream: TextIO, stamp: Callable[[Event], str] | None = None) -> None:
        self._stream = stream
        self._stamp = stamp or wall_clock()

    def __call__(self, event: Event) -> None:
        """Write the event."""
        stamp = self._stamp(event)
        if isinstance(event, OperationFinished):
            lines = last_words(event)
        else:
            said = sentence(event)
            lines = tuple(said.split("\n")) if said else ()
        for line in lines:
            self._stream.write(f"{stamp} {harmless(line)}\n")
        self._stream.flush()


REPORT = Report(
    "plain",
    "Lines with the time, for logs.",
    open=lambda to: nullcontext(Plain(to.stream, since_start() if to.from_start else None)),
)
