"""The application runs for half a minute, then gives up.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", Essential container in
task exited.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = ""


def _behave(stage: Stage, task: SimTask) -> None:
    after_s = stage.world.engine.between(25, 45)
    task.plan.exits.append(("", after_s, 1, _REASON))


INCIDENT = Incident(
    name="late-exit",
    family="startup",
    summary="an essential container exits half a minute after its start",
    why="only a bake time longer than that is certain to see it",
    right=frozenset({"Aborted", "RolledBack", "Promoted"}),
    arm=for_each_new_task(_behave),
    hurts_running_tasks=True,
)
