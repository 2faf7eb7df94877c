"""The first answer to RegisterTaskDefinition is lost, and it has taken effect.

Source: ECS API reference, RegisterTaskDefinition.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import NoAnswerError


def _lose(_stage: Stage) -> None:
    raise NoAnswerError(done=True)


INCIDENT = Incident(
    name="lost-registration",
    family="api",
    summary="the answer to the registration is lost, though it is done",
    why="it is registered again; the first one costs nothing, and no service runs it",
    right=frozenset({"Promoted"}),
    arm=on_call(("RegisterTaskDefinition",), _lose, times=1),
)
