"""A terminal: lines that stay, and one live line for what is being waited for."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from cage.model import events
from cage.model.errors import AwsUnavailableError
from cage.reports.plain import printable
from cage.reports.sentences import sentence
from cage.reports.status import lines
from cage.reports.wording import last_words
from cage.reports.words import duration
from cage.rollout.status import Status
from cage.runtime import clock

_STYLES: dict[type, str] = {
    events.RolloutStarted: "bold",
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


class _Wait:
    """The live line: what is waited for, how long so far, how long at most."""

    def __init__(self) -> None:
        self.what = ""
        self.detail = ""
        self.timeout_s = 0.0
        self.began = 0.0
        self._spinner = Spinner("dots")

    def __rich__(self) -> Spinner | Text:
        if not self.what:
            return Text("")
        elapsed = clock.stopwatch() - self.began
        text = Text(f"waiting for {self.what}")
        if self.detail:
            text.append(f" · {self.detail}", style="dim")
        left = max(0.0, self.timeout_s - elapsed)
        text.append(f" · {duration(elapsed)}, {duration(left)} left", style="dim")
        self._spinner.update(text=text)
        return self._spinner


class Terminal:
    """A sink for a terminal. Use it as a context manager: it owns the live line."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._wait = _Wait()
        self._live = Live(self._wait, console=self._console, refresh_per_second=8, transient=True)
        self._service = ""

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._wait.what = ""
        self._live.stop()

    def __call__(self, event: events.Event) -> None:
        """Show the event."""
        match event:
            case events.WaitStarted():
                self._wait.what, self._wait.detail = printable(event.what), ""
                self._wait.timeout_s, self._wait.began = event.timeout_s, clock.stopwatch()
                return
            case events.WaitProgressed():
                self._wait.detail = printable(event.message)
                return
            case events.DeploymentProgressed():
                self._wait.detail = printable((sentence(event) or "").strip())
                return
            case events.RolloutStarted():
                self._service = event.service
            case events.RolloutFinished():
                self._finish(event)
                return
            case events.CallRetried() | events.Noticed():
                pass
            case _:
                self._wait.what = ""
        said = sentence(event)
        if said:
            for line in said.splitlines():
                self._print(line, _STYLES.get(type(event), ""))

    def _finish(self, event: events.RolloutFinished) -> None:
        self._wait.what = ""
        *before, last = last_words(event, self._service)
        good = event.outcome.__class__.__name__ == "Promoted"
        for line in before:
            self._print(line, "red")
        self._print(f"{last} ({duration(event.took_s)})", "bold green" if good else "bold")

    def _print(self, line: str, style: str) -> None:
        self._console.print(Text(printable(line), style=style))


class StatusView:
    """A service's status that stays in place on a terminal. Use it as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._spinner = Spinner("dots")
        self._live = Live(console=self._console, refresh_per_second=8, transient=True)
        self._shown: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()
        self._console.print(_block(self._shown))

    def __call__(self, seen: Status | AwsUnavailableError) -> None:
        """Show a look instead of the one before; of one that got no answer, only that."""
        if isinstance(seen, AwsUnavailableError):
            note = seen.what
        else:
            self._shown = lines(seen)
            note = f"looked at {seen.at:%H:%M:%S} UTC; Ctrl-C ends it"
        self._spinner.update(text=Text(printable(note), style="dim"))
        self._live.update(Group(_block(self._shown), self._spinner), refresh=True)


def _block(shown: tuple[str, ...]) -> Group:
    """Return a status: what is not good stands out, and each line stays one line."""
    found = []
    for number, line in enumerate(shown):
        bad = any(word in line for word in ("NOT steady", "DEAD", "GONE"))
        style = "yellow" if bad else "bold" if number == 0 else ""
        found.append(Text(line, style=style, no_wrap=True, overflow="ellipsis"))
    return Group(*found)
