"""The user's program never ends.

Source: README of this project, "Checks": a timeout ends a program, with all that it started.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident
from cage.rehearsal.stage import Stage

_FOR_EVER_S = 1e9


def _arm(stage: Stage) -> None:
    stage.programs.takes_s = _FOR_EVER_S


INCIDENT = Incident(
    name="command-hangs",
    family="checks",
    summary="the user's program never ends",
    why="it is ended in time, and has not called the canary good",
    right=frozenset({"Aborted"}),
    arm=_arm,
    inapplicable=needs_asked("commands", "command check"),
)
