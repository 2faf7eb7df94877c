"""The account's Fargate vCPU quota is used up.

Source: ECS developer guide, "AWS Fargate service quotas" and "AWS Fargate usage metrics"; the
error text as published by users, for tasks before vCPUs were counted.
"""

from __future__ import annotations

from cage.model.account import VcpuQuota
from cage.rehearsal.incidents.effects import refuse
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins, on_call
from cage.rehearsal.stage import Stage

_TEXT = "You've reached the limit on the number of vCPUs you can run concurrently"
_LIMIT = 6.0


def _inapplicable(stage: Stage) -> str | None:
    on_fargate = stage.world.launch_type_of(stage.service.raw) == "FARGATE"
    return None if on_fargate else "it doesn't run on Fargate"


def _arm(stage: Stage) -> None:
    begins(stage)
    stage.prerequisites.vcpus = VcpuQuota(_LIMIT, _LIMIT)
    on_call(("RunTask",), lambda _stage: refuse("ClientException", _TEXT))(stage)


INCIDENT = Incident(
    name="vcpu-quota",
    family="capacity",
    summary="the account's quota of vCPUs on Fargate is used up",
    why="a preflight check warns of it, then the canary task can't start",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=5,
)
