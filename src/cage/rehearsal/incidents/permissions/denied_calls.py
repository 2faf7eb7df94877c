"""The caller is not allowed to make a call.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from typing import Any

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.effects import denied
from cage.rehearsal.incidents.incident import ABORTED, PROMOTED, Incident

_START = ("RunTask", "StartTask")


def _deny(name: str, action: str, why: str, *operations: str, **differences: Any) -> Incident:
    is_elb = action.startswith("elasticloadbalancing:")
    usual: dict[str, Any] = {
        "summary": f"the caller is not allowed to call {action.partition(':')[2]}",
        "right": ABORTED,
        **({"inapplicable": needs_load_balancer} if is_elb else {}),
    }
    return Incident(
        name=name,
        family="permissions",
        why=why,
        arm=denied(action, *operations),
        order=1,
        **usual | differences,
    )


INCIDENTS = (
    _deny(
        "deny-describe-services",
        "ecs:DescribeServices",
        "nothing is known, so nothing is changed",
    ),
    _deny("deny-register", "ecs:RegisterTaskDefinition", "cage has no revision to roll out"),
    _deny("deny-run-task", "ecs:RunTask", "without a canary nothing is known", *_START),
    _deny(
        "deny-pass-role",
        "iam:PassRole",
        "the service could not start tasks of this revision either",
        *_START,
        summary="the caller is not allowed to pass the task's roles",
    ),
    _deny("deny-describe-tasks", "ecs:DescribeTasks", "the canary can't be watched"),
    _deny(
        "deny-register-targets",
        "elasticloadbalancing:RegisterTargets",
        "the canary can't be checked behind the load balancer",
    ),
    _deny(
        "deny-target-health",
        "elasticloadbalancing:DescribeTargetHealth",
        "the canary's health can't be seen",
    ),
    _deny("deny-update-service", "ecs:UpdateService", "the service stays as it is"),
    _deny(
        "deny-tag-resource",
        "ecs:TagResource",
        "only the lease isn't renewed, and the rollout reports it",
        right=PROMOTED,
    ),
    _deny(
        "deny-put-parameter",
        "ssm:PutParameter",
        "without the lock that was requested nothing is begun",
        summary="the caller is not allowed to call PutParameter (with --lock)",
        locked=True,
    ),
    _deny(
        "deny-deregister-targets",
        "elasticloadbalancing:DeregisterTargets",
        "the service is healthy; the rollout names what it couldn't clean up",
        right=PROMOTED,
    ),
    _deny(
        "deny-stop-task",
        "ecs:StopTask",
        "the service is healthy; the rollout names what it couldn't clean up",
        right=PROMOTED,
    ),
)
