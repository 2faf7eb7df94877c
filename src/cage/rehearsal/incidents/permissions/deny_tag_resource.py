"""The caller may not call TagResource.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: ecs:TagResource on resource: * because no identity-based "
    "policy allows the action"
)


INCIDENT = Incident(
    name="deny-tag-resource",
    family="permissions",
    summary="the caller may not call TagResource",
    why="only the lease isn't renewed, and that is said",
    right=frozenset({"Promoted"}),
    arm=on_call(("TagResource",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
)
