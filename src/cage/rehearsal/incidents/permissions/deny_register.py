"""The caller may not call RegisterTaskDefinition.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ecs:RegisterTaskDefinition on resource: * because no identity-"
    "based policy allows the action"
)


INCIDENT = Incident(
    name="deny-register",
    family="permissions",
    summary="the caller may not call RegisterTaskDefinition",
    why="there is no revision to roll out",
    right=frozenset({"Aborted"}),
    arm=on_call(("RegisterTaskDefinition",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
