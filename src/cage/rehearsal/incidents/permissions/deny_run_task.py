"""The caller may not call RunTask.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ecs:RunTask on resource: * because no identity-based policy "
    "allows the action"
)


INCIDENT = Incident(
    name="deny-run-task",
    family="permissions",
    summary="the caller may not call RunTask",
    why="without a canary nothing is known",
    right=frozenset({"Aborted"}),
    arm=on_call(("RunTask", "StartTask"), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
