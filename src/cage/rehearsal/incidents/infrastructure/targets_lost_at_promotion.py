"""Most of the service's healthy targets are lost while it is being deployed.

Source: ECS developer guide, "Amazon ECS services": the scheduler replaces tasks that stop, which
takes as long as a start.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import wants_several
from cage.rehearsal.incidents.effects import lose_all_but_one
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage

_AFTER_S = 5.0


def _do(stage: Stage) -> None:
    stage.world.engine.after(_AFTER_S, lambda: lose_all_but_one(stage))


INCIDENT = Incident(
    name="targets-lost-at-promotion",
    family="infrastructure",
    summary="all of the service's targets but one are lost right after the update",
    why="with --floor the service is rolled back; without it ECS continues",
    right=frozenset({"Promoted", "RolledBack"}),
    arm=on_call(("UpdateService",), _do, times=1),
    inapplicable=wants_several,
    hurts_running_tasks=True,
    order=6,
)
