"""The process is killed before it updates the service, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, nor can the out-of-memory killer.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.making import Incident, killed_in

INCIDENT = Incident(
    name="killed-at-promotion",
    family="operator",
    summary="the process is killed before the update, and resumed",
    why="the revision is checked anew, and promoted",
    right=frozenset({"Promoted"}),
    arm=killed_in(Step.PROMOTE),
)
