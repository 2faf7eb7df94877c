"""The container does its job and ends with 0: it is no service.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", Essential container in
task exited.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = ""


def _behave(stage: Stage, task: SimTask) -> None:
    after_s = stage.world.engine.between(0.5, 3)
    task.plan.exits.append(("", after_s, 0, _REASON))


INCIDENT = Incident(
    name="exit-zero",
    family="startup",
    summary="an essential container ends by itself, with 0",
    why="a service whose tasks end is never steady",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
