"""The caller is not allowed to read the log or the metric that a check is about.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.conditions import needs_check
from cage.rehearsal.incidents.effects import denied
from cage.rehearsal.incidents.incident import ABORTED, Incident

_incident = functools.partial(Incident, family="checks", right=ABORTED)

INCIDENTS = (
    _incident(
        name="log-denied",
        summary="the caller is not allowed to read the canary's log",
        why="what it logged is unknown",
        arm=denied("logs:GetLogEvents"),
        inapplicable=needs_check("logs", "logs check"),
        order=6,
    ),
    _incident(
        name="metric-denied",
        summary="the caller is not allowed to read CloudWatch's metrics",
        why="the metric's value is unknown",
        arm=denied("cloudwatch:GetMetricData"),
        inapplicable=needs_check("metrics", "metrics check"),
        order=9,
    ),
)
