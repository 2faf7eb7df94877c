"""The new revision is healthy as a canary, but returns 500 after serving for a while.

Source: ELB user guide, "Health check reason codes", Target.ResponseCodeMismatch.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import ROLLED_BACK, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _applies(stage: Stage) -> str | None:
    if not stage.service.desired:
        return "the service wants no task"
    return needs_load_balancer(stage)


def _behave(_stage: Stage, task: SimTask) -> None:
    if task.group.startswith("service:"):
        task.plan.answer = 500


INCIDENT = Incident(
    name="fails-under-load",
    family="health",
    summary="the service's own new tasks answer 500, although the canary was healthy",
    why="no canary can foresee it; ECS or cage rolls the service back",
    right=ROLLED_BACK,
    arm=for_each_new_task(_behave),
    inapplicable=_applies,
    hurts_running_tasks=True,
    order=6,
)
