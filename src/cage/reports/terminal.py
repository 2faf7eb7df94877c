"""The report `terminal`: lines that stay, and one live line during a wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cage.model import events
from cage.model.outcome import Promoted
from cage.reports.report import Output, Report
from cage.runtime.journal import Sink
from cage.wording.endings import last_words
from cage.wording.harmless import harmless
from cage.wording.sentences import sentence
from cage.wording.words import duration

if TYPE_CHECKING:
    from cage.wording.live import LiveScreen

_STYLES: dict[type, str] = {
    events.OperationStarted: "bold",
    events.StepStarted: "bold cyan",
    events.Noticed: "yellow",
    events.CheckPassed: "green",
    events.DeploymentProven: "green",
    events.CheckFailed: "bold red",
    events.Diagnosed: "red",
    events.DeploymentLost: "bold red",
    events.CleanUpFailed: "bold red",
    events.SignalReceived: "yellow",
    events.CallRetried: "dim",
    events.CanaryRepeated: "yellow",
}


class Terminal:
    """A sink for a terminal."""

    def __init__(self, screen: LiveScreen) -> None:
        self._screen = screen

    def __call__(self, event: events.Event) -> None:
        """Show the event."""
        match event:
            case events.WaitStarted():
                self._screen.wait(harmless(event.what), event.timeout_s)
                return
            case events.WaitProgressed():
                self._screen.detail(harmless(event.message))
                return
            case events.DeploymentProgressed():
                self._screen.detail(harmless((sentence(event) or "").strip()))
                return
            case events.OperationFinished():
                self._finish(event)
                return
            case events.CallRetried() | events.Noticed():
                pass
            case _:
                self._screen.ready()
        for line in (sentence(event) or "").splitlines():
            self._screen.line(harmless(line), _STYLES.get(type(event), ""))

    def _finish(self, event: events.OperationFinished) -> None:
        self._screen.ready()
        *before, last = last_words(event)
        for line in before:
            self._screen.line(harmless(line), "red")
        style = "bold green" if isinstance(event.outcome, Promoted) else "bold"
        self._screen.line(harmless(f"{last} ({duration(event.took_s)})"), style)


@contextmanager
def _open(output: Output) -> Iterator[Sink]:
    from cage.wording.live import LiveScreen  # noqa: PLC0415  only a terminal needs Rich

    with LiveScreen(output.stream) as screen:
        yield Terminal(screen)


REPORT = Report("terminal", "Lines and a live line, for people.", open=_open, to_file=False)
