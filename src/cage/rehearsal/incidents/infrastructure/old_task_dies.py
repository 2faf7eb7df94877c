"""One of the service's current tasks dies during the checks.

Source: ECS developer guide, "Amazon ECS services": the scheduler replaces a task that stops.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    if stage.service.tasks:
        stage.world.tasks.exit_container(stage.service.tasks[0], "", 1)


INCIDENT = Incident(
    name="old-task-dies",
    family="infrastructure",
    summary="a running task of the service dies during the checks",
    why="ECS replaces it, and the rollout continues",
    right=PROMOTED,
    arm=on_call(("DescribeTasks",), _do, times=1, after="RegisterTaskDefinition"),
    hurts_running_tasks=True,
    order=4,
)
