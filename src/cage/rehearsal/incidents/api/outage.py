"""AWS can't be reached for two minutes during the rollout.

Source: AWS post-event summaries: APIs of a Region fail for minutes, tasks continue.
"""

from __future__ import annotations

from typing import Any

from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.stage import Stage
from ecs_simulator.world.errors import NoAnswerError

_LASTS_S = 120.0


def _arm(stage: Stage) -> None:
    happens = stage.firing.later()
    begins_s = stage.world.now + stage.world.engine.between(5, 240)

    def gate(_operation: str, _params: dict[str, Any]) -> None:
        if begins_s <= stage.world.now < begins_s + _LASTS_S:
            happens()
            raise NoAnswerError(done=False)

    stage.world.gates.append(gate)


INCIDENT = Incident(
    name="outage",
    family="api",
    summary="AWS can't be reached for two minutes",
    why="waits outlast it; a change that is due then is not made, and that is reported",
    right=frozenset({"Promoted", "Aborted", "Unproven"}),
    arm=_arm,
    order=5,
)
