"""The caller may not call PassRole.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: iam:PassRole on resource: "
    "arn:aws:iam::123456789012:role/execution because no identity-based policy "
    "allows the iam:PassRole action"
)


INCIDENT = Incident(
    name="deny-pass-role",
    family="permissions",
    summary="the caller may not pass the task's roles",
    why="the service could not start tasks of it either",
    right=frozenset({"Aborted"}),
    arm=on_call(("RunTask", "StartTask"), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
