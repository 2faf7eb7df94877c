"""The caller may not call DescribeServices.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ecs:DescribeServices on resource: * because no identity-based "
    "policy allows the action"
)


INCIDENT = Incident(
    name="deny-describe-services",
    family="permissions",
    summary="the caller may not call DescribeServices",
    why="nothing is known, so nothing is changed",
    right=frozenset({"Aborted"}),
    arm=on_call(("DescribeServices",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
