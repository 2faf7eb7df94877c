"""An alarm goes off while the canary bakes.

Source: CloudWatch user guide, "Using Amazon CloudWatch alarms".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import all_of, needs_asked, needs_bake
from cage.rehearsal.incidents.making import Incident, once_told, ring, waits_in

INCIDENT = Incident(
    name="alarm-in-bake",
    family="checks",
    summary="an alarm goes off while the canary bakes",
    why="the service hasn't been changed yet, and stays so",
    right=frozenset({"Aborted"}),
    arm=once_told(waits_in("bake"), lambda stage: stage.timeouts.bake_s / 3, ring),
    inapplicable=all_of(needs_asked("alarms", "alarm"), needs_bake),
)
