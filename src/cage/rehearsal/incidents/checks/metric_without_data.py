"""A metric has no data: it is misspelled, or the canary gets no traffic.

Source: CloudWatch API reference, GetMetricData: a metric that doesn't exist has no datapoints.
"""

from __future__ import annotations

from cage.checks.requested.metrics import pattern_of
from cage.rehearsal.incidents.conditions import needs_check
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    for settings in stage.checks.metrics:
        stage.world.metrics.tell(pattern_of(settings), None, stage.world.now)


INCIDENT = Incident(
    name="metric-without-data",
    family="checks",
    summary="the requested metric has no data",
    why="a check without data doesn't pass",
    right=ABORTED,
    arm=_arm,
    inapplicable=needs_check("metrics", "metrics check"),
    order=8,
)
