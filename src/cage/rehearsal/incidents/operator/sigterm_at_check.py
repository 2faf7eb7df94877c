"""The CI job is cancelled while the canary is checked.

Source: POSIX, kill(1); CI systems send SIGTERM, and SIGKILL some time later.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.making import Incident, signalled

INCIDENT = Incident(
    name="sigterm-at-check",
    family="operator",
    summary="SIGTERM while the canary is checked",
    why="the canary is removed, the service untouched",
    right=frozenset({"Interrupted"}),
    arm=signalled(Step.CHECK, "SIGTERM"),
)
