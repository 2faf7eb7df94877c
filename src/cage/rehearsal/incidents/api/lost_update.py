"""The first answer to UpdateService is lost, and it has taken effect.

Source: ECS API reference, UpdateService.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import NoAnswerError


def _lose(_stage: Stage) -> None:
    raise NoAnswerError(done=True)


INCIDENT = Incident(
    name="lost-update",
    family="api",
    summary="the answer to the update is lost, though it is done",
    why="it is not done twice",
    right=frozenset({"Promoted"}),
    arm=on_call(("UpdateService",), _lose, times=1),
)
