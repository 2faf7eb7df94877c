"""Explains a container's exit code.

Sources: POSIX, "Shell Command Language", Exit Status for Commands (126, 127, above 128);
ECS developer guide, "Amazon ECS stopped tasks error messages" (137, 139).
"""

from __future__ import annotations

import signal

from cage.model.tasks import Container

_NEVER_RAN = "never started"
_RUNS = "is still running"

_KILLED = 128
_MEANINGS = {
    0: "it exited without an error",
    1: "the application's own error",
    2: "the application's own error, or a wrong use of its shell",
    126: "the command can't be executed",
    127: "the command isn't found",
    134: "SIGABRT: the application aborted",
    137: "SIGKILL: out of memory, or not ended within stopTimeout",
    139: "SIGSEGV: the application crashed",
    143: "SIGTERM: it was asked to stop",
}
_OUT_OF_MEMORY = "SIGKILL: out of memory"


def meaning(container: Container) -> str:
    """Return what the exit code means, or why there is none; empty if the meaning is unknown."""
    code = container.exit_code
    if code is None:
        return _RUNS if container.last_status == "RUNNING" else _NEVER_RAN
    if code == _KILLED + signal.SIGKILL and "OutOfMemory" in container.reason:
        return _OUT_OF_MEMORY
    if code in _MEANINGS:
        return _MEANINGS[code]
    number = code - _KILLED
    return signal.Signals(number).name if number in {s.value for s in signal.Signals} else ""
