"""A file that decides about a rollout, once the file exists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cage.model.errors import UsageError
from cage.runtime import clock
from cage.runtime.decisions import Decision, Decisions, Word

_EVERY_S = 1.0
_LONGEST = 64


def require_absent(path: Path) -> None:
    """Require that the file doesn't exist yet: it would decide about another rollout.

    Raises:
        UsageError: The file exists.
    """
    if path.exists():
        raise UsageError(
            f"The decision file already exists: {path}",
            "It would decide the rollout before approval is awaited.",
            "Remove it, or name another one with --approve-file.",
        )


def read(path: Path) -> str:
    """Return the start of the file's content; empty if the file doesn't exist."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST).strip().lower()
    except OSError:
        return ""


async def watch(path: Path, decisions: Decisions, ignored: Callable[[str], object]) -> None:
    """Read the file's decision once it exists; an abort counts even after a promote.

    Args:
        ignored: Called once with a message for content that is not a decision.
    """
    before = ""
    while not decisions.closed.is_set():
        said = read(path)
        if said in set(Word) and said != before:
            decisions(Decision(Word(said), f"file {path}"))
        elif said and said != before:
            ignored(f"file {path} doesn't say promote or abort")
        before = said
        await clock.sleep(_EVERY_S)
