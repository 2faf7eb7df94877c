"""The subnet has no free address left.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", Unexpected EC2 error
while attempting to create network interface.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_REASON = (
    "Unexpected EC2 error while attempting to Create Network Interface in "
    "subnet 'subnet-1': InsufficientFreeAddressesInSubnet"
)


def _behave(stage: Stage, task: SimTask) -> None:
    reason = _REASON.replace("IMAGE", task.containers[0].image)
    task.plan.start_failure = (reason, reason)
    task.plan.start_failure_s = stage.world.engine.between(1, 5)


INCIDENT = Incident(
    name="no-addresses",
    family="network",
    summary="the subnet has no free address",
    why="the service couldn't start a task either",
    right=frozenset({"Aborted"}),
    arm=for_each_new_task(_behave),
)
