"""The load balancer's health checks don't reach the new tasks.

Source: ELB user guide, "Health check reason codes", Target.Timeout.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.reachable = False


INCIDENT = Incident(
    name="security-group",
    family="network",
    summary="a security group hides the new tasks from the load balancer",
    why="ECS would replace them forever",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=needs_load_balancer,
    order=2,
)
