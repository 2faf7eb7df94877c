"""The first answer to StopTask is lost, and it has taken effect.

Source: ECS API reference, StopTask.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import NoAnswerError


def _lose(_stage: Stage) -> None:
    raise NoAnswerError(done=True)


INCIDENT = Incident(
    name="lost-stop",
    family="api",
    summary="the answer to the stop of the canary is lost, though it is done",
    why="it is not done twice",
    right=frozenset({"Promoted"}),
    arm=on_call(("StopTask",), _lose, times=1),
)
