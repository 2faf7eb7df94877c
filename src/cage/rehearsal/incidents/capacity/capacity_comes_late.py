"""The instances are full, and the next one takes ten minutes and more to join.

Source: ECS developer guide, "Optimize Amazon ECS cluster auto scaling": the delays add up. How
long they are is *unknown*; these are longer than usual.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_scaling, pools
from cage.rehearsal.incidents.effects import take_all_room
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.stage import Stage

_LATE_S = (420.0, 900.0)


def _arm(stage: Stage) -> None:
    take_all_room(stage)
    for pool in pools(stage):
        pool.boots_s = _LATE_S


INCIDENT = Incident(
    name="capacity-comes-late",
    family="capacity",
    summary="the instances are full, and the next one joins after ten minutes or more",
    why="the canary waits; then the service's tasks wait too, or the rollout ends unchanged",
    right=frozenset({"Aborted", "Promoted", "RolledBack"}),
    arm=_arm,
    inapplicable=needs_scaling,
    order=7,
)
