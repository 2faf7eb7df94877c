"""The image was built for another processor architecture, and its manifest says so.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "CannotPullContainerError: image Manifest does not contain descriptor "
    "matching platform 'linux/amd64'"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(5, 20)


INCIDENT = Incident(
    name="image-architecture",
    family="image",
    summary="the image has no variant for the task's architecture",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
