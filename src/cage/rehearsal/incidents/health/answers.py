"""The health check's path returns an error: something is down, needs a login, or has moved.

Source: ELB user guide, "Health check reason codes", Target.ResponseCodeMismatch.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _answers(name: str, status: int) -> Incident:
    def behave(_stage: Stage, task: SimTask) -> None:
        task.plan.answer = status

    return Incident(
        name=name,
        family="health",
        summary=f"the health check is answered with {status}",
        why="no task of this revision ever becomes healthy",
        right=ABORTED,
        arm=for_each_new_task(behave),
        inapplicable=needs_load_balancer,
        order=2,
    )


INCIDENTS = (
    _answers("unavailable", 503),
    _answers("asks-to-log-in", 401),
    _answers("no-such-path", 404),
)
