"""Processes that a test starts, and that never outlive it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any


@contextlib.contextmanager
def running(command: Sequence[str], **differences: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process; at the end it is killed if it still runs, whatever the test says."""
    process: subprocess.Popen[str] = subprocess.Popen(command, text=True, **differences)
    with process:
        try:
            yield process
        finally:
            process.kill()
