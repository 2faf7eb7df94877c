"""The registry doesn't let the execution role pull.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "CannotPullContainerError: pull access denied for IMAGE, repository does "
    "not exist or may require 'docker login': denied: requested access to the "
    "resource is denied"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(5, 20)


INCIDENT = Incident(
    name="image-denied",
    family="image",
    summary="the registry denies the pull",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
