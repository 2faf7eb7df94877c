"""An essential container of the new revision exits as soon as it starts.

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
    task.plan.last_words.append("fatal: DATABASE_URL is not set")
    task.plan.exits.append(("", after_s, 1, _REASON))


INCIDENT = Incident(
    name="essential-exit",
    family="startup",
    summary="an essential container exits right after it starts",
    why="a missing setting ends the application at each start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
