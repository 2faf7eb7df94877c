"""The new revision's image can't be pulled: its tag doesn't exist.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS"; ECS retries for
about two minutes.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): "
    "failed to resolve ref IMAGE: not found"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(90, 130)


INCIDENT = Incident(
    name="bad-image",
    family="image",
    summary="the new revision's image can't be pulled",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
