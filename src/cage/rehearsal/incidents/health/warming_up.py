"""The application needs some seconds before it answers, but fewer than the check allows.

Source: ELB user guide, "Health checks for your target groups": a target is unhealthy only after
several failures in a row.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.answers_s += 6.0


INCIDENT = Incident(
    name="warming-up",
    family="health",
    summary="the application answers after a few seconds",
    why="the health check allows for it",
    right=PROMOTED,
    arm=for_each_new_task(_behave),
    inapplicable=needs_load_balancer,
    order=3,
)
