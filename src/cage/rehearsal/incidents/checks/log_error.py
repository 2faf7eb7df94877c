"""The application starts, passes its health check, and logs an error.

Source: ECS developer guide, "Send Amazon ECS logs to CloudWatch": a line arrives seconds later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import forbidden, needs_forbidden_line
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _behave(stage: Stage, task: SimTask) -> None:
    found = forbidden(stage)
    if found is not None:
        container, line = found
        task.plan.says.append((container, stage.world.engine.between(0.5, 2.0), line))


INCIDENT = Incident(
    name="log-error",
    family="checks",
    summary="the canary logs a forbidden line right after its start",
    why="only its log shows that it isn't healthy",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=needs_forbidden_line,
    order=3,
)
