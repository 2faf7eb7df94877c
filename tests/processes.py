"""Processes that a test starts, and that never outlive it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PATIENCE_S = 300.0
"""How long a test waits for what takes a moment: the machine can be busy."""


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, collected or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in {"Z", "X"}


@contextlib.contextmanager
def running(command: Sequence[str], **differences: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process; at the end it is killed if it still runs, whatever the test says."""
    process: subprocess.Popen[str] = subprocess.Popen(command, text=True, **differences)
    with process:
        try:
            yield process
        finally:
            process.kill()
