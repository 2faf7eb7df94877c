"""AWS retires the host of the canary.

Source: ECS developer guide, "Task retirement and maintenance for AWS Fargate on Amazon ECS".
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage

_REASON = "ECS is performing maintenance on the underlying infrastructure hosting the task."


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        if not task.stopping:
            stage.world.tasks.stop(task, "ServiceSchedulerInitiated", _REASON)


INCIDENT = Incident(
    name="maintenance",
    family="infrastructure",
    summary="AWS retires the canary's host",
    why="the host is at fault, not the revision: another canary starts, or another rollout",
    right=frozenset({"Aborted", "Promoted"}),
    arm=on_call(("DescribeTasks",), _do, times=3, after="RegisterTaskDefinition"),
    order=3,
)
