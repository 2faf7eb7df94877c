"""A secret or a parameter that the task definition specifies doesn't exist.

Source: Secrets Manager API reference, DescribeSecret, ResourceNotFoundException; ECS developer
guide, "Amazon ECS stopped tasks error messages", ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.stage import Stage
from cage.verification.secrets import looked_up, names

_REASON = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: unable to retrieve secret from asm: service call has been retried 1 "
    "time(s): ResourceNotFoundException: Secrets Manager can't find the specified secret."
)


def _inapplicable(stage: Stage) -> str | None:
    return None if any(names(stage.task_definition)) else "it doesn't use secrets"


def _arm(stage: Stage) -> None:
    begins(stage)
    stage.prerequisites.absent.add(looked_up(next(names(stage.task_definition))))
    cannot_start(_REASON, 10, 20)(stage)


INCIDENT = Incident(
    name="secret-not-there",
    family="configuration",
    summary="a secret that the task definition names is not found",
    why="a preflight check finds it before anything is started",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=2,
)
