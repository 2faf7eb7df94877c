"""A metric, such as an error rate, is out of bounds once the canary serves traffic.

Source: CloudWatch user guide, "Using metric math": an error rate from errors and requests.
"""

from __future__ import annotations

from cage.checks.requested.metrics import failing, pattern_of
from cage.rehearsal.incidents.conditions import needs_check
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    for settings in stage.checks.metrics:
        stage.world.metrics.tell(pattern_of(settings), failing(settings), stage.world.now)


INCIDENT = Incident(
    name="metric-out-of-bounds",
    family="checks",
    summary="the requested metric is out of bounds",
    why="the user set the bound",
    right=ABORTED,
    arm=_arm,
    inapplicable=needs_check("metrics", "metrics check"),
    order=7,
)
