"""A container's own health check never passes.

Source: ECS API reference, HealthCheck; a standalone task keeps running whatever its result.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _only_with_check(stage: Stage) -> str | None:
    containers = stage.task_definition.get("containerDefinitions") or []
    if any(c.get("healthCheck") for c in containers):
        return None
    return "no container has a health check"


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.container_healthy = False


INCIDENT = Incident(
    name="unhealthy-container",
    family="health",
    summary="a container's own health check never passes",
    why="ECS would replace each task forever",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=_only_with_check,
    order=4,
)
