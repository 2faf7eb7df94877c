"""The image doesn't fit on the task's disk.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "CannotPullContainerError: failed to register layer: write "
    "/usr/lib/model.bin: no space left on device"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(60, 120)


INCIDENT = Incident(
    name="image-disk-full",
    family="image",
    summary="the image is larger than the task's disk",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
