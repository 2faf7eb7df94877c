"""Ctrl-C while the service is updated.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.interrupt("SIGINT")


INCIDENT = Incident(
    name="ctrl-c-at-promotion",
    family="operator",
    summary="Ctrl-C while the service is updated",
    why="the canary is removed; that the service was changed is told",
    right=frozenset({"Interrupted"}),
    arm=on_call(("UpdateService",), _do, times=1),
)
