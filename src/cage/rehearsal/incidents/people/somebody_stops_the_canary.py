"""Someone sees a task that doesn't belong to a service, and stops it.

Source: ECS API reference, StopTask: Task stopped by user.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        stage.world.tasks.stop(task, "UserInitiated", "Task stopped by user")


INCIDENT = Incident(
    name="somebody-stops-the-canary",
    family="people",
    summary="someone stops the canary task",
    why="a canary that has stopped can't pass its checks",
    right=ABORTED,
    arm=on_call(("DescribeTasks",), _do, times=3, after="RegisterTaskDefinition"),
    order=2,
)
