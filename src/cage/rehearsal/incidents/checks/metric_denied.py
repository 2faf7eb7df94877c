"""The caller may not read the metric that a check is about.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_asked
from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: "
    "cloudwatch:GetMetricData because no identity-based policy allows the action"
)


INCIDENT = Incident(
    name="metric-denied",
    family="checks",
    summary="the caller may not read CloudWatch's metrics",
    why="nobody knows the metric's value",
    right=frozenset({"Aborted"}),
    arm=on_call(("GetMetricData",), lambda _stage: refuse("AccessDenied", _TEXT, 403)),
    inapplicable=needs_asked("metrics", "metrics check"),
)
