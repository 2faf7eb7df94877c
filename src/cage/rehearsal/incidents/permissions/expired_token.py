"""The credentials expire during the rollout.

Source: STS API reference, GetSessionToken; ECS API reference, "Common errors",
ExpiredTokenException.
"""

from __future__ import annotations

from typing import Any

from cage.rehearsal.incidents.effects import refuse
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    calls_left = round(stage.world.engine.between(2, 45))
    happens = stage.firing.later()
    made = 0

    def gate(_operation: str, _params: dict[str, Any]) -> None:
        nonlocal made
        made += 1
        if made > calls_left:
            happens()
            refuse("ExpiredTokenException", "The security token included in the request is expired")

    stage.world.gates.append(gate)


INCIDENT = Incident(
    name="expired-token",
    family="permissions",
    summary="the credentials expire during the rollout",
    why="no call can succeed; the rollout reports what is left, and what was changed",
    right=frozenset({"Aborted", "StillFinishing", "Unproven", "Promoted"}),
    arm=_arm,
    order=5,
)
