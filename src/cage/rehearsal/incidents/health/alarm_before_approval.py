"""An alarm goes off while approval is awaited.

Source: CloudWatch user guide, "Using Amazon CloudWatch alarms".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import all_of, needs_approval, needs_asked
from cage.rehearsal.incidents.making import Incident, unapproved
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.world.alarms.states[stage.asked.alarms[0]] = "ALARM"


INCIDENT = Incident(
    name="alarm-before-approval",
    family="health",
    summary="an alarm goes off while approval is awaited",
    why="nobody is asked to approve of what is known to be bad",
    right=frozenset({"Aborted"}),
    arm=unapproved(_do),
    inapplicable=all_of(needs_approval, needs_asked("alarms", "alarm")),
)
