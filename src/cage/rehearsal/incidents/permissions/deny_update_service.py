"""The caller may not call UpdateService.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ecs:UpdateService on resource: * because no identity-based "
    "policy allows the action"
)


INCIDENT = Incident(
    name="deny-update-service",
    family="permissions",
    summary="the caller may not call UpdateService",
    why="the service stays as it is",
    right=frozenset({"Aborted"}),
    arm=on_call(("UpdateService",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
