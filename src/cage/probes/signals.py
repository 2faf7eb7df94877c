"""Signals that decide about a rollout: SIGUSR1 promotes, SIGUSR2 aborts."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import anyio

from cage.runtime.decisions import Decision, Decisions, Word

WORDS = {"SIGUSR1": Word.PROMOTE, "SIGUSR2": Word.ABORT}


def ways() -> tuple[str, ...]:
    """Return descriptions of how to decide by a signal."""
    return (f"kill -USR1 {os.getpid()} to promote, kill -USR2 {os.getpid()} to abort",)


async def listen(decisions: Decisions, noted: Callable[[str], object]) -> None:
    """Handle the signals while this function runs.

    Args:
        noted: Called with a message about a signal that comes too late or has no effect yet.
    """
    with anyio.open_signal_receiver(signal.SIGUSR1, signal.SIGUSR2) as received:
        async for number in received:
            name = signal.Signals(number).name
            early = decisions.too_early(WORDS[name])
            if decisions(Decision(WORDS[name], name)):
                continue
            if early:
                noted(f"{name} decides only while the rollout waits for approval (--approve)")
            else:
                noted(f"{name} came too late: the rollout is already decided")
