"""A log group that the task definition specifies doesn't exist, and nothing creates it.

Source: CloudWatch Logs API reference, DescribeLogGroups; ECS developer guide, "Amazon ECS stopped
tasks error messages", ResourceInitializationError.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.stage import Stage

_REASON = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried "
    "1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified "
    "log group does not exist.: exit status 1"
)


def _groups(stage: Stage) -> list[str]:
    """Return the log groups that the driver doesn't create."""
    configured = (
        (c.get("logConfiguration") or {}).get("options") or {}
        for c in stage.task_definition.get("containerDefinitions") or []
    )
    return [
        str(o["awslogs-group"])
        for o in configured
        if o.get("awslogs-group") and o.get("awslogs-create-group") != "true"
    ]


def _inapplicable(stage: Stage) -> str | None:
    return None if _groups(stage) else "it logs to no group that must be there"


def _arm(stage: Stage) -> None:
    begins(stage)
    stage.prerequisites.absent.update(_groups(stage))
    cannot_start(_REASON, 10, 20)(stage)


INCIDENT = Incident(
    name="log-group-not-there",
    family="configuration",
    summary="a log group that the task definition names is not found",
    why="a preflight check finds it before anything is started",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=3,
)
