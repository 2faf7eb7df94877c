"""An alarm goes off while the service is deployed.

Source: CloudWatch user guide, "Using Amazon CloudWatch alarms".
"""

from __future__ import annotations

from cage.model.events import ServiceUpdated
from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident, once_told, ring
from cage.rehearsal.stage import Stage

_AFTER_S = 5.0


def _needs_alarm_and_tasks(stage: Stage) -> str | None:
    return needs_asked("alarms", "alarm")(stage) or (
        None if stage.service.desired else "the service wants no task"
    )


INCIDENT = Incident(
    name="alarm-in-deployment",
    family="checks",
    summary="an alarm goes off while the service is deployed",
    why="the user named it as a sign that the service isn't well",
    right=frozenset({"RolledBack"}),
    arm=once_told(lambda event: isinstance(event, ServiceUpdated), lambda _stage: _AFTER_S, ring),
    inapplicable=_needs_alarm_and_tasks,
)
