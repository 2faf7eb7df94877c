"""The application needs more memory than its container may use.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", OutOfMemoryError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = "OutOfMemoryError: Container killed due to memory usage"


def _behave(stage: Stage, task: SimTask) -> None:
    after_s = stage.world.engine.between(0.3, 1.5)
    task.plan.exits.append(("", after_s, 137, _REASON))


INCIDENT = Incident(
    name="out-of-memory",
    family="startup",
    summary="a container is killed for its memory",
    why="each task would be killed alike",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
