"""Another live rollout holds the service's lock.

Source: decision 0003 of this project: a holder that renews its lease is alive.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import claim_lock, keep_alive
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

_LASTS_S = 630.0


def _arm(stage: Stage) -> None:
    keep_alive(stage, lambda: claim_lock(stage), _LASTS_S)


INCIDENT = Incident(
    name="lock-held",
    family="people",
    summary="another rollout holds the service's lock (with --lock)",
    why="one at a time",
    right=ABORTED,
    arm=_arm,
    locked=True,
    order=10,
)
