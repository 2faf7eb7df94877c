"""The application is running but never logs that it is ready.

Source: ECS developer guide, "Send Amazon ECS logs to CloudWatch": only written lines are shown.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _needs_a_line(stage: Stage) -> str | None:
    if any(logs.must for logs in stage.checks.logs):
        return None
    return "no logs check that waits for a line is requested"


def _behave(_stage: Stage, task: SimTask) -> None:
    task.plan.says.clear()


INCIDENT = Incident(
    name="log-line-missing",
    family="checks",
    summary="the canary never logs a required line",
    why="it hasn't reported that it is ready",
    right=ABORTED,
    arm=for_each_new_task(_behave),
    inapplicable=_needs_a_line,
    order=5,
)
