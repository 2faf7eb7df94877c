"""The CI job is cancelled during the deployment.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.interrupt("SIGTERM")


INCIDENT = Incident(
    name="sigterm-at-proof",
    family="operator",
    summary="SIGTERM during the deployment",
    why="the canary is removed; that the service was changed is told",
    right=frozenset({"Interrupted"}),
    arm=on_call(("DescribeServices",), _do, times=1, after="UpdateService"),
    hurts_running_tasks=True,
)
