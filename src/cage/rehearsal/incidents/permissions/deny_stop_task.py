"""The caller may not call StopTask.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ecs:StopTask on resource: * because no identity-based policy "
    "allows the action"
)


INCIDENT = Incident(
    name="deny-stop-task",
    family="permissions",
    summary="the caller may not call StopTask",
    why="the service is well; what is left of the canary is named",
    right=frozenset({"Promoted"}),
    arm=on_call(("StopTask",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
