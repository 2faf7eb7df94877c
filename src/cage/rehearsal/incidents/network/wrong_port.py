"""The application listens on a port other than the mapped one, or only on localhost.

Source: ELB user guide, "Health check reason codes", Target.FailedHealthChecks.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.answers_s = 1e9


INCIDENT = Incident(
    name="wrong-port",
    family="network",
    summary="nothing listens on the mapped port",
    why="ECS would replace each task forever",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=needs_load_balancer,
    order=3,
)
