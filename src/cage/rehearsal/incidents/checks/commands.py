"""The user's program fails, hangs or isn't found.

Source: this project's guide to checks: exit code 0 passes the canary, and a timeout ends the
program with all that it started. POSIX, exec: ENOENT.
"""

from __future__ import annotations

from collections.abc import Callable

from cage.ports.outside import Exited, NotStarted
from cage.rehearsal.incidents.conditions import needs_check
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

_FOREVER_S = 1e9


def _fail(stage: Stage) -> None:
    stage.programs.result = Exited(1, ("POST /checkout", "expected 201, got 500"))


def _hang(stage: Stage) -> None:
    stage.programs.takes_s = _FOREVER_S


def _miss(stage: Stage) -> None:
    stage.programs.result = NotStarted("No such file or directory")


def _command(name: str, summary: str, why: str, arm: Callable[[Stage], None]) -> Incident:
    return Incident(
        name=name,
        family="checks",
        summary=summary,
        why=why,
        right=ABORTED,
        arm=arm,
        inapplicable=needs_check("commands", "command check"),
        order=2,
    )


INCIDENTS = (
    _command(
        "command-fails",
        "the user's program exits with 1",
        "the program's author decided what healthy means",
        _fail,
    ),
    _command(
        "command-hangs",
        "the user's program never ends",
        "cage stops it at its timeout, and the canary has not passed",
        _hang,
    ),
    _command("command-missing", "the user's program isn't found", "no check has passed", _miss),
)
