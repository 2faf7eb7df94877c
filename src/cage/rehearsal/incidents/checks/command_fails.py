"""The user's program calls the canary bad.

Source: README of this project, "Checks": a program calls the canary good by exiting with 0.
"""

from __future__ import annotations

from cage.ports.outside import Exited
from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident
from cage.rehearsal.stage import Stage

_SAYS = ("POST /checkout", "expected 201, got 500")


def _arm(stage: Stage) -> None:
    stage.programs.result = Exited(1, _SAYS)


INCIDENT = Incident(
    name="command-fails",
    family="checks",
    summary="the user's program exits with 1",
    why="whoever wrote it says that the canary isn't good",
    right=frozenset({"Aborted"}),
    arm=_arm,
    inapplicable=needs_asked("commands", "command check"),
)
