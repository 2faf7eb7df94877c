"""An alarm goes off once the deployment is proven, while the service bakes.

Source: CloudWatch user guide, "Using Amazon CloudWatch alarms".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import all_of, needs_asked, needs_bake_after
from cage.rehearsal.incidents.making import Incident, once_told, ring, waits_in

INCIDENT = Incident(
    name="alarm-after-promotion",
    family="checks",
    summary="an alarm goes off while the service bakes after its promotion",
    why="the user named it as a sign that the service isn't well",
    right=frozenset({"RolledBack"}),
    arm=once_told(waits_in("bake-after"), lambda stage: stage.timeouts.bake_after_s / 3, ring),
    inapplicable=all_of(needs_asked("alarms", "alarm"), needs_bake_after),
)
