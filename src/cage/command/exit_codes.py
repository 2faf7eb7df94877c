"""The exit code of every ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cage.model.outcome import Outcome

PROMOTED = 0
FAULT = 1
FINDINGS = 1
USAGE = 2
ABORTED = 3
ROLLED_BACK = 4
UNPROVEN = 5
STILL_FINISHING = 6
INTERRUPTED = 130
UNREAD = 141
"""Exit code that a shell reports for a program ended by SIGPIPE: no one reads the output."""


def exit_code(outcome: Outcome) -> int:
    """Return the exit code for an outcome; a signal's is 128 plus its number, like in a shell."""
    from cage.model.outcome import (
        Aborted,
        Interrupted,
        NothingToDo,
        Promoted,
        RolledBack,
        StillFinishing,
        Superseded,
        Unproven,
    )

    match outcome:
        case Promoted() | NothingToDo():
            return PROMOTED
        case Aborted():
            return ABORTED
        case RolledBack():
            return ROLLED_BACK
        case StillFinishing():
            return STILL_FINISHING
        case Superseded() | Unproven():
            return UNPROVEN
        case Interrupted():
            return signalled(outcome.signal)


def signalled(name: str) -> int:
    """Return the exit code of a command that was ended by a signal."""
    import signal

    known = {s.name: 128 + s.value for s in signal.Signals}
    return known.get(name, INTERRUPTED)
