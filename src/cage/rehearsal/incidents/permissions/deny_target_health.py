"""The caller may not call DescribeTargetHealth.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: elasticloadbalancing:DescribeTargetHealth on resource: * "
    "because no identity-based policy allows the action"
)


INCIDENT = Incident(
    name="deny-target-health",
    family="permissions",
    summary="the caller may not call DescribeTargetHealth",
    why="the canary's health can't be seen",
    right=frozenset({"Aborted"}),
    arm=on_call(("DescribeTargetHealth",), lambda _stage: refuse("AccessDenied", _TEXT)),
    inapplicable=needs_load_balancer,
)
