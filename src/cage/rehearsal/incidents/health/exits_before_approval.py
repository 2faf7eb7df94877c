"""The canary exits while approval is awaited.

Source: ECS developer guide, "Stopped task error codes": Essential container in task exited.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.making import Incident, canary_of, unapproved
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        stage.world.tasks.exit_container(task, task.containers[0].name, 1, "")


INCIDENT = Incident(
    name="exits-before-approval",
    family="health",
    summary="the canary exits while approval is awaited",
    why="a canary that is gone can't be approved of",
    right=frozenset({"Aborted"}),
    arm=unapproved(_do),
    inapplicable=needs_approval,
)
