"""The reports of a command: opened once, given every event, and closed within a time limit."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from cage.command.ending import Ending

if TYPE_CHECKING:
    from cage.model.events import Event
    from cage.reports.selection import Selected
    from cage.runtime.delivery import Delivery
    from cage.runtime.journal import Journal, Sink

_LAST_LINES_S = 1.0


class Reporting:
    """Opens the reports of a command. Each gets every event of the command.

    Attributes:
        sinks: The open reports.
        journal: The source of the events, if there were any.
    """

    def __init__(self) -> None:
        self.sinks: tuple[Sink, ...] = ()
        self._deliveries: list[Delivery] = []
        self._direct = contextlib.ExitStack()
        self.journal: Journal | None = None
        self._json = False

    def open(self, selected: Iterable[Selected], *, rehearsed: bool = False) -> tuple[Sink, ...]:
        """Open the reports, unless they are already open, and return their sinks.

        Args:
            rehearsed: Whether the events are rehearsed; a slow report can then delay them.

        Raises:
            UsageError: A file can't be written to.
        """
        from cage.reports.report import Output
        from cage.reports.selection import writable
        from cage.runtime.delivery import Delivery
        from cage.runtime.journal import guarded

        if self.sinks:
            return self.sinks
        chosen = tuple(selected)
        self._json = any(one.report.name == "json" and not one.file for one in chosen)
        streams = [writable(one.file) if one.file else None for one in chosen]
        for (report, _), file in zip(chosen, streams, strict=True):
            sink = _opened(report.open(Output(file or sys.stdout, from_start=rehearsed)), file)
            if rehearsed:
                self.sinks += (guarded(self._direct.enter_context(sink)),)
            else:
                self._deliveries.append(Delivery(sink))
        self.sinks += tuple(self._deliveries)
        return self.sinks

    def settle(self) -> None:
        """Wait until every event is shown, before other output is printed."""
        for delivery in self._deliveries:
            delivery.settle()

    def end(self, command: str, ending: Ending, *, as_json: bool) -> None:
        """Report how the command ended, close the reports, and print the ending for people.

        Args:
            as_json: Whether stdout must hold JSON, even if no report was opened.
        """
        last = self._tell(command, ending) if self.sinks or as_json else None
        closed = self.close()
        if last is not None and as_json and not self._json:
            from cage.reports.jsonl import JsonLines

            with contextlib.suppress(BrokenPipeError):
                JsonLines(sys.stdout)(last)
        _say(ending.lines, in_time=closed)

    def _tell(self, command: str, ending: Ending) -> Event:
        from cage.model.events import Ended
        from cage.runtime import clock
        from cage.runtime.journal import Journal

        told = (command, ending.kind, ending.exit_code, ending.what, ending.why, ending.next_step)
        last = (self.journal or Journal("")).stamped(Ended(*told), clock.wall())
        for sink in self.sinks:
            sink(last)
        return last

    def close(self) -> bool:
        """Close the reports; return whether each has written everything."""
        self._direct.close()
        if not self._deliveries:
            return True
        from cage.runtime.delivery import flush

        try:
            return flush(self._deliveries)
        except KeyboardInterrupt:
            return False  # Ctrl-C: stop waiting


@contextlib.contextmanager
def _opened(report: contextlib.AbstractContextManager[Sink], file: TextIO | None) -> Iterator[Sink]:
    with file or contextlib.nullcontext(), report as sink:
        yield sink


def _say(lines: tuple[str, ...], *, in_time: bool) -> None:
    """Print lines on stderr, unless a report hangs: stderr can then hang too."""
    if in_time:
        from cage.wording.harmless import harmless

        sys.stderr.writelines(f"{harmless(line)}\n" for line in lines)
        return
    lines = (*lines, "A report is incomplete: it took too long to write.")
    printing = threading.Thread(target=_say, args=(lines,), kwargs={"in_time": True}, daemon=True)
    printing.start()
    with contextlib.suppress(KeyboardInterrupt):
        printing.join(_LAST_LINES_S)
