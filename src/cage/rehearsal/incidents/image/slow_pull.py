"""The image is huge and takes minutes to pull.

Source: ECS developer guide, "Task states": PENDING lasts until the images are pulled.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.pending_s += 180.0


INCIDENT = Incident(
    name="slow-pull",
    family="image",
    summary="the image takes three minutes to pull",
    why="it starts within the timeout",
    right=PROMOTED,
    arm=for_each_new_task(_behave),
    order=3,
)
