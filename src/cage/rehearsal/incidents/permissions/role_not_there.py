"""A role of the task definition doesn't exist.

Source: IAM API reference, GetRole, NoSuchEntity; ECS developer guide, "Amazon ECS stopped tasks
error messages", "ECS was unable to assume the role".
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.stage import Stage

_REASON = "ECS was unable to assume the role '{role}' that was provided for this task."


def _inapplicable(stage: Stage) -> str | None:
    return None if stage.prerequisites.roles else "it has no role"


def _arm(stage: Stage) -> None:
    begins(stage)
    role = stage.prerequisites.roles[0]
    stage.prerequisites.absent.add(role)
    cannot_start(_REASON.format(role=role), 10, 20)(stage)


INCIDENT = Incident(
    name="role-not-there",
    family="permissions",
    summary="a role of the task definition is not found",
    why="a preflight check finds it before anything is started",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=2,
)
