"""A role of the task definition doesn't let ECS's tasks assume it.

Source: ECS developer guide, "Amazon ECS task IAM role", trust policy; "Amazon ECS stopped tasks
error messages", "ECS was unable to assume the role".
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.stage import Stage

_REASON = (
    "ECS was unable to assume the role '{role}' that was provided for this task. Please verify "
    "that the role being passed has the proper trust relationship and permissions and that your "
    "IAM user has permissions to pass this role."
)


def _inapplicable(stage: Stage) -> str | None:
    return None if stage.prerequisites.roles else "it has no role"


def _arm(stage: Stage) -> None:
    begins(stage)
    role = stage.prerequisites.roles[0]
    stage.prerequisites.untrusting.add(role)
    cannot_start(_REASON.format(role=role), 10, 20)(stage)


INCIDENT = Incident(
    name="role-not-assumable",
    family="permissions",
    summary="a role of the task definition can't be assumed by tasks",
    why="a preflight check warns of it, then the canary task can't start",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=3,
)
