"""The canary exits while the rollout waits for approval.

Source: ECS developer guide, "Stopped task error codes": Essential container in task exited.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import unapproved
from cage.rehearsal.stage import Stage


def _exit(stage: Stage) -> None:
    for task in canary_of(stage):
        stage.world.tasks.exit_container(task, task.containers[0].name, 1, "")


INCIDENT = Incident(
    name="exits-before-approval",
    family="checks",
    summary="the canary exits while the rollout waits for approval",
    why="a canary that has stopped can't be approved",
    right=ABORTED,
    arm=unapproved(_exit),
    inapplicable=needs_approval,
    order=11,
)
