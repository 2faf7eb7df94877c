"""An alarm is in ALARM before the rollout begins.

Source: ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment failures".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident, ring

INCIDENT = Incident(
    name="alarm-already",
    family="checks",
    summary="an alarm is in ALARM already",
    why="such an alarm says nothing about the rollout",
    right=frozenset({"Aborted"}),
    arm=ring,
    inapplicable=needs_asked("alarms", "alarm"),
)
