"""The new application takes longer to start than the health check allows.

Source: ELB user guide, "Health checks for your target groups"; ECS developer guide, on
`healthCheckGracePeriodSeconds`.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask

_TOO_LATE_S = 60.0


def _behave(stage: Stage, task: SimTask) -> None:
    groups = stage.world.groups.groups.values()
    patience_s = max(g.interval_s * (g.unhealthy_threshold + 1) for g in groups)
    grace_s = float(stage.definition.get("healthCheckGracePeriodSeconds") or 0)
    task.plan.answers_s = patience_s + grace_s + stage.clients_s(_TOO_LATE_S)


INCIDENT = Incident(
    name="slow-start",
    family="health",
    summary="the application starts more slowly than the health check allows",
    why="ECS would stop each task before it ever answers",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=needs_load_balancer,
    order=1,
)
