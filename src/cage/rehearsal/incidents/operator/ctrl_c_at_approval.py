"""Ctrl-C while approval is awaited.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_approval
from cage.rehearsal.incidents.making import Incident, unapproved
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.interrupt("SIGINT")


INCIDENT = Incident(
    name="ctrl-c-at-approval",
    family="operator",
    summary="Ctrl-C while approval is awaited",
    why="the canary is removed, the service untouched",
    right=frozenset({"Interrupted"}),
    arm=unapproved(_do),
    inapplicable=needs_approval,
)
