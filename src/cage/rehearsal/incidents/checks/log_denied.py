"""The caller may not read the log that a check is about.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: "
    "logs:GetLogEvents because no identity-based policy allows the action"
)


INCIDENT = Incident(
    name="log-denied",
    family="checks",
    summary="the caller may not read the canary's log",
    why="nobody knows what it logged",
    right=frozenset({"Aborted"}),
    arm=on_call(("GetLogEvents",), lambda _stage: refuse("AccessDeniedException", _TEXT)),
    inapplicable=needs_asked("logs", "logs check"),
)
