"""The awslogs driver names a log group that doesn't exist.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "ResourceInitializationError: failed to validate logger args: create stream"
    " has been retried 1 times: failed to create Cloudwatch log stream: "
    "ResourceNotFoundException: The specified log group does not exist.: exit "
    "status 1"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(5, 20)


INCIDENT = Incident(
    name="missing-log-group",
    family="configuration",
    summary="the log group doesn't exist",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
