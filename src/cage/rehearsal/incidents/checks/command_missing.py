"""The user's program isn't there, or may not be run.

Source: POSIX, exec: ENOENT.
"""

from __future__ import annotations

from cage.ports.outside import NotStarted
from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    stage.programs.result = NotStarted("No such file or directory")


INCIDENT = Incident(
    name="command-missing",
    family="checks",
    summary="the user's program isn't there",
    why="nobody has called the canary good",
    right=frozenset({"Aborted"}),
    arm=_arm,
    inapplicable=needs_asked("commands", "command check"),
)
