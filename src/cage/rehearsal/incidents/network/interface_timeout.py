"""The network interface isn't attached in time.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", Timeout waiting for
network interface provisioning to complete.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = "Timeout waiting for network interface provisioning to complete."


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(150, 200)


INCIDENT = Incident(
    name="interface-timeout",
    family="network",
    summary="the network interface isn't attached in time",
    why="a task without an address serves nobody",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
