"""The CI job is cancelled while the revision is registered.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.interrupt("SIGTERM")


INCIDENT = Incident(
    name="sigterm-at-registration",
    family="operator",
    summary="SIGTERM while the revision is registered",
    why="nothing was started",
    right=frozenset({"Interrupted"}),
    arm=on_call(("RegisterTaskDefinition",), _do, times=1),
)
