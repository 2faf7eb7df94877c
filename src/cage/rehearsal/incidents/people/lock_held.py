"""Another rollout holds the service's lock, and is alive.

Source: decision 0003 of this project: a holder that renews its lease is alive.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, claim_lock
from cage.rehearsal.stage import Stage

_RENEWED_S = 30.0
_LASTS_S = 600.0


def _arm(stage: Stage) -> None:
    ends_s = stage.world.now + _LASTS_S

    def renew() -> None:
        claim_lock(stage)
        if stage.world.now < ends_s:
            stage.world.engine.after(_RENEWED_S, renew)

    renew()


INCIDENT = Incident(
    name="lock-held",
    family="people",
    summary="another rollout holds the service's lock (with --lock)",
    why="one at a time",
    right=frozenset({"Aborted"}),
    arm=_arm,
    locked=True,
)
