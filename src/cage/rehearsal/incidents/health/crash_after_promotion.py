"""The new revision passes as a canary, and crashes once the service is running it.

Source: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures".
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import ROLLED_BACK, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _wants_none(stage: Stage) -> str | None:
    return None if stage.service.desired else "the service wants no task"


def _behave(stage: Stage, task: SimTask) -> None:
    if task.group.startswith("service:"):
        task.plan.last_words.append("fatal: the connection pool is exhausted")
        task.plan.answers_s = 3600.0
        task.plan.exits.append(("", stage.world.engine.between(5, 15), 1, ""))


INCIDENT = Incident(
    name="crash-after-promotion",
    family="health",
    summary="the service's own new tasks crash, although the canary was healthy",
    why="no canary can foresee it; ECS or cage rolls the service back",
    right=ROLLED_BACK,
    arm=for_each_new_task(_behave),
    inapplicable=_wants_none,
    hurts_running_tasks=True,
    order=5,
)
