"""Ctrl-C as the canary starts.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.interrupt("SIGINT")


INCIDENT = Incident(
    name="ctrl-c-at-start",
    family="operator",
    summary="Ctrl-C as the canary starts",
    why="the canary is stopped, the service untouched",
    right=frozenset({"Interrupted"}),
    arm=on_call(("DescribeTasks",), _do, times=1),
)
