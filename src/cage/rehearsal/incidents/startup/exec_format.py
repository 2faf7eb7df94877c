"""The program was built for another processor architecture, and the manifest doesn't say so.

Source: ECS developer guide, "Amazon ECS task definitions for 64-bit ARM workloads"; Docker
answers exec format error.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = "exec /usr/local/bin/app: exec format error"


def _behave(stage: Stage, task: SimTask) -> None:
    after_s = stage.world.engine.between(0.2, 1)
    task.plan.exits.append(("", after_s, 255, _REASON))


INCIDENT = Incident(
    name="exec-format",
    family="startup",
    summary="the program is of another architecture",
    why="no task of it can ever run",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
