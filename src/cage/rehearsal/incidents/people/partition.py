"""Right before the update the client gets no answers for 97 s, and another rollout takes the lock.

Source: decision 0003 of this project: a claim counts once the holder's lease has expired.
"""

from __future__ import annotations

from typing import Any

from cage.rehearsal.incidents.effects import claim_lock
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage
from ecs_simulator.world.errors import NoAnswerError

_LASTS_S = 97.0
_TAKEN_AFTER_S = 91.0


def _arm(stage: Stage) -> None:
    world, happens = stage.world, stage.firing.later()
    until: list[float] = []

    def gate(called: str, _params: dict[str, Any]) -> None:
        if called == "UpdateService" and not until:
            happens()
            until.append(world.now + stage.clients_s(_LASTS_S))
            world.engine.after(stage.clients_s(_TAKEN_AFTER_S), lambda: claim_lock(stage))
        if until and world.now < until[0]:
            raise NoAnswerError(done=False)

    world.gates.append(gate)


INCIDENT = Incident(
    name="partition",
    family="people",
    summary="the client loses the network before the update, and another one takes the lock",
    why="no update is sent without the lock (with --lock)",
    right=ABORTED | {"Unproven"},
    arm=_arm,
    locked=True,
    order=13,
)
