"""A parameter that `secrets` names doesn't exist.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "ResourceInitializationError: unable to pull secrets or registry auth: "
    "execution resource retrieval failed: unable to retrieve secrets from ssm: "
    "service call has been retried 1 time(s): invalid parameters: /web/token"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(5, 20)


INCIDENT = Incident(
    name="missing-secret",
    family="configuration",
    summary="a secret that the task definition names doesn't exist",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
