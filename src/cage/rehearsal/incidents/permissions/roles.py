"""A role of the task definition doesn't exist, or doesn't let ECS's tasks assume it.

Source: IAM API reference, GetRole, NoSuchEntity; ECS developer guide, "Amazon ECS task IAM role",
trust policy; "Amazon ECS stopped tasks error messages", "ECS was unable to assume the role".
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.prerequisites import SimPrerequisites
from cage.rehearsal.stage import Stage

_REASON = "ECS was unable to assume the role '{role}' that was provided for this task."
_TRUST = (
    " Please verify that the role being passed has the proper trust relationship and permissions "
    "and that your IAM user has permissions to pass this role."
)


def _inapplicable(stage: Stage) -> str | None:
    return None if stage.prerequisites.roles else "it has no role"


def _arm(roles_of: Callable[[SimPrerequisites], set[str]], reason: str) -> Callable[[Stage], None]:
    """Return a function that adds the first role to a set of bad roles: no task can start."""

    def arm(stage: Stage) -> None:
        begins(stage)
        role = stage.prerequisites.roles[0]
        roles_of(stage.prerequisites).add(role)
        cannot_start(reason.format(role=role), 10, 20)(stage)

    return arm


_incident = functools.partial(
    Incident, family="permissions", right=ABORTED, inapplicable=_inapplicable
)

INCIDENTS = (
    _incident(
        name="role-not-there",
        summary="a role of the task definition is not found",
        why="a preflight check finds it before anything is started",
        arm=_arm(lambda known: known.absent, _REASON),
        order=2,
    ),
    _incident(
        name="role-not-assumable",
        summary="a role of the task definition can't be assumed by tasks",
        why="a preflight check warns of it, then the canary task can't start",
        arm=_arm(lambda known: known.untrusting, _REASON + _TRUST),
        order=3,
    ),
)
