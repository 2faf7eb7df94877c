"""A terminal: lines that stay, and a part below them that changes in place."""

from __future__ import annotations

from typing import Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from cage.model.errors import AwsUnavailableError
from cage.rollout.status import Status
from cage.runtime import clock
from cage.wording.harmless import harmless
from cage.wording.status import lines
from cage.wording.words import duration


class _Wait:
    """The live line: what cage is waiting for, the time so far, and the time left."""

    def __init__(self, what: str, timeout_s: float) -> None:
        self.detail = ""
        self._what = what
        self._timeout_s = timeout_s
        self._began = clock.stopwatch()
        self._spinner = Spinner("dots")

    def __rich__(self) -> Spinner:
        elapsed = clock.stopwatch() - self._began
        text = Text(f"waiting for {self._what}")
        if self.detail:
            text.append(f" · {self.detail}", style="dim")
        left = max(0.0, self._timeout_s - elapsed)
        text.append(f" · {duration(elapsed)}, {duration(left)} left", style="dim")
        self._spinner.update(text=text)
        return self._spinner


class LiveScreen:
    """A terminal with a live line during a wait. Use it as a context manager."""

    def __init__(self, stream: TextIO, console: Console | None = None) -> None:
        self._console = console or Console(file=stream, highlight=False)
        self._live: Live | None = None
        self._wait: _Wait | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ready()

    def line(self, text: str, style: str) -> None:
        """Print a line that stays."""
        # A line that Rich breaks could begin with a command of a CI service.
        self._console.print(Text(text, style=style), soft_wrap=True)

    def wait(self, what: str, timeout_s: float) -> None:
        """Show a live line for a wait."""
        self.ready()
        self._wait = _Wait(what, timeout_s)
        self._live = Live(self._wait, console=self._console, refresh_per_second=8, transient=True)
        self._live.start()

    def detail(self, text: str) -> None:
        """Show news of the wait."""
        if self._wait is not None:
            self._wait.detail = text

    def ready(self) -> None:
        """Remove the live line."""
        if self._live is not None:
            self._live.stop()
        self._live = self._wait = None


class StatusView:
    """A status that is redrawn in place on a terminal. Use it as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._spinner = Spinner("dots")
        self._live = Live(console=self._console, refresh_per_second=8, transient=True)
        self._shown: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        self._console.print(_block(self._shown))

    def __call__(self, seen: Status | AwsUnavailableError) -> None:
        """Show a status in place of the previous one, or report that AWS returned no answer."""
        if isinstance(seen, AwsUnavailableError):
            note = seen.what
        else:
            self._shown = lines(seen)
            note = f"updated at {seen.at:%H:%M:%S} UTC; press Ctrl-C to stop"
        self._spinner.update(text=Text(harmless(note), style="dim"))
        self._live.update(Group(_block(self._shown), self._spinner), refresh=True)


def _block(shown: tuple[str, ...]) -> Group:
    """Return a status. Problems stand out, and no line wraps."""
    found = []
    for number, line in enumerate(shown):
        bad = any(word in line for word in ("NOT steady", "DEAD", "DELETED"))
        style = "yellow" if bad else "bold" if number == 0 else ""
        found.append(Text(line, style=style, no_wrap=True, overflow="ellipsis"))
    return Group(*found)
