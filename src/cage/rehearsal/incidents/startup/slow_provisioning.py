"""The task waits for minutes before anything starts.

Source: ECS developer guide, "Task states", PROVISIONING.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.provisioning_s += 150.0


INCIDENT = Incident(
    name="slow-provisioning",
    family="startup",
    summary="a task takes minutes to be provisioned",
    why="it starts within the timeout",
    right=PROMOTED,
    arm=for_each_new_task(_behave),
    order=5,
)
