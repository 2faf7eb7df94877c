"""How a command ended: its exit code, and the output for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cage.command.exit_codes import ABORTED, USAGE, exit_code
from cage.model.base import kind_of
from cage.model.errors import UsageError

if TYPE_CHECKING:
    from cage.model.errors import CageError
    from cage.model.result import Result


class Ending(NamedTuple):
    """How a command ended. A command that returns none has printed all its output.

    Attributes:
        kind: The kind of ending in kebab case: an outcome, an error, or `completed`.
        lines: The lines that people see on stderr.
    """

    exit_code: int
    kind: str = "completed"
    what: str = ""
    why: str = ""
    next_step: str = ""
    lines: tuple[str, ...] = ()


UNCHANGED = "Nothing was changed."


def failed(error: CageError, *, changes: bool) -> Ending:
    """Return the ending of a command that failed with an error before anything was changed.

    Args:
        changes: Whether the command could have changed anything.
    """
    code = USAGE if isinstance(error, UsageError) else ABORTED
    texts = (error.what, error.why, error.next_step)
    return Ending(
        code, kind_of(error), *texts, lines=(*error.lines(), *((UNCHANGED,) if changes else ()))
    )


def ended(result: Result, service: str, *, shown: bool) -> Ending:
    """Return the ending of an operation.

    Args:
        shown: Whether a report for people has already shown it.
    """
    from cage.wording.endings import ending

    outcome = result.outcome
    *before, last = ending(
        outcome,
        service,
        result.availability,
        result.resume,
        result.canaries_left,
        result.operation,
        result.no_canary,
    )
    code = exit_code(outcome)
    return Ending(
        code,
        kind_of(outcome),
        last,
        getattr(outcome, "message", ""),
        getattr(outcome, "remedy", "") or result.resume,
        (*before, last) if code and not shown else (),
    )
