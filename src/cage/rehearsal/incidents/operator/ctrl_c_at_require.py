"""Ctrl-C while the service is looked at.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.making import Incident, signalled

INCIDENT = Incident(
    name="ctrl-c-at-require",
    family="operator",
    summary="Ctrl-C while the service is looked at",
    why="nothing was begun, and nothing is left",
    right=frozenset({"Interrupted"}),
    arm=signalled(Step.REQUIRE, "SIGINT"),
)
