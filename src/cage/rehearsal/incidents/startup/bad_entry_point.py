"""The command that the task definition names isn't in the image.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
CannotStartContainerError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "CannotStartContainerError: Error response from daemon: failed to create "
    'task for container: exec: \\"serve\\": executable file not found in $PATH: '
    "unknown"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(5, 15)


INCIDENT = Incident(
    name="bad-entry-point",
    family="startup",
    summary="the entry point isn't in the image",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
