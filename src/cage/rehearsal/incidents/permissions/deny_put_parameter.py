"""The caller may not call PutParameter.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ssm:PutParameter on resource: * because no identity-based "
    "policy allows the action"
)


INCIDENT = Incident(
    name="deny-put-parameter",
    family="permissions",
    summary="the caller may not call PutParameter (with --lock)",
    why="without the lock that was asked for nothing is begun",
    right=frozenset({"Aborted"}),
    arm=on_call(("PutParameter",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
    locked=True,
)
