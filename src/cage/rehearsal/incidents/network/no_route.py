"""The subnets have no way to the registry: no NAT gateway and no endpoint.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "ResourceInitializationError: unable to pull secrets or registry auth: The "
    "task cannot pull registry auth from Amazon ECR: There is a connection "
    "issue between the task and Amazon ECR. Check your task network "
    "configuration: dial tcp: i/o timeout"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(120, 180)


INCIDENT = Incident(
    name="no-route",
    family="network",
    summary="the task can't reach the registry",
    why="no task of it can ever start",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
