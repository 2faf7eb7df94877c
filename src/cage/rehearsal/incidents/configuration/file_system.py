"""The EFS volume can't be mounted: no mount target answers.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "ResourceInitializationError: failed to invoke EFS utils commands to set up"
    " EFS volumes: stderr: Failed to resolve fs-12345678.efs.us-"
    "east-1.amazonaws.com"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(60, 120)


INCIDENT = Incident(
    name="file-system",
    family="configuration",
    summary="a file system can't be mounted",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
