"""A question on a terminal, answered by a typed word, alongside a live line."""

from __future__ import annotations

import contextlib
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator

import anyio

from cage.runtime.background import background
from cage.runtime.decisions import Decision, Decisions, Word

WAY = "here: type promote or abort, then Enter"

_ERASE = "\x7f\b"
_ENTER = "\r\n"
_KILL = "\x15"
_LONGEST = 40


def terminal() -> int | None:
    """Return stdin's number if it is a terminal and cage is in its foreground; None otherwise."""
    try:
        fd = sys.stdin.fileno()
        return fd if os.isatty(fd) and os.tcgetpgrp(fd) == os.getpgrp() else None
    except (AttributeError, OSError, ValueError):
        return None  # stdin doesn't exist


class Line:
    """The text typed so far. Pure."""

    def __init__(self) -> None:
        self.text = ""
        self.wrong = ""

    def type(self, keys: str) -> Word | None:
        """Add typed keys; return the word once Enter follows a word that decides."""
        for key in keys:
            if key in _ENTER:
                word, self.text = self.text.strip().lower(), ""
                if word in set(Word):
                    return Word(word)
                self.wrong = f"not {word!r}: " if word else ""
            elif key in _ERASE:
                self.text = self.text[:-1]
            elif key == _KILL:
                self.text = ""
            elif key.isprintable():
                self.text = (self.text + key)[:_LONGEST]
        return None

    def __str__(self) -> str:
        return f"{self.wrong}promote or abort? {self.text}"


async def ask(fd: int, decisions: Decisions, show: Callable[[str], object]) -> None:
    """Ask whenever the rollout waits for approval, and read the typed answer. Never returns.

    Args:
        fd: The terminal.
        show: Shows the line while it is typed; the terminal itself doesn't echo.
    """
    while True:
        reopened = decisions.reopened
        await decisions.awaited.wait()
        with _unechoed(fd):
            async with background() as tasks:
                tasks.start_soon(_read, fd, decisions, show)
                await decisions.closed.wait()
                tasks.cancel_scope.cancel()
        await reopened.wait()


async def _read(fd: int, decisions: Decisions, show: Callable[[str], object]) -> None:
    line = Line()
    while True:
        show(str(line))
        await anyio.wait_readable(fd)
        keys = os.read(fd, 1024)
        if not keys:
            return
        word = line.type(keys.decode(errors="replace"))
        if word is not None:
            decisions(Decision(word, "the terminal"))


@contextlib.contextmanager
def _unechoed(fd: int) -> Iterator[None]:
    """Make a terminal pass on each key immediately, without echo. Ctrl-C stays a signal.

    Earlier input is discarded: it answered no question.
    """
    before = termios.tcgetattr(fd)
    tty.setcbreak(fd)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
