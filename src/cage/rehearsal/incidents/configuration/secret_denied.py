"""The execution role may not read a secret.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "ResourceInitializationError: unable to pull secrets or registry auth: "
    "execution resource retrieval failed: unable to retrieve secret from asm: "
    "AccessDeniedException: User is not authorized to perform: "
    "secretsmanager:GetSecretValue"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(5, 20)


INCIDENT = Incident(
    name="secret-denied",
    family="configuration",
    summary="the execution role may not read a secret",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
