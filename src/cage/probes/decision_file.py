"""A file that decides about a rollout, once the file exists."""

from __future__ import annotations

import os
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
            "It would decide the rollout before it waits for approval.",
            "Remove it, or specify another one with --approve-file.",
        )


def read(path: Path) -> tuple[str, int]:
    """Return the start of the file's content, and when it was written, in ns; empty without it."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST).strip().lower(), os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return "", 0


async def watch(path: Path, decisions: Decisions, ignored: Callable[[str], object]) -> None:
    """Read the file's decision each time it is written. Never returns.

    An abort counts even after a promote.

    Args:
        ignored: Called with a message each time that the content is not a decision.
    """
    before = "", 0
    while True:
        found = read(path)
        said, _ = found
        if found != before and said in set(Word):
            if decisions.too_early(Word(said)):
                ignored(f"file {path} approves before anyone asked: write it again when asked")
            decisions(Decision(Word(said), f"file {path}"))
        elif found != before and said:
            ignored(f"file {path} doesn't say promote or abort")
        before = found
        await clock.sleep(_EVERY_S)
