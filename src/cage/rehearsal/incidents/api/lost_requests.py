"""Requests get lost on their way: the call takes no effect.

Source: botocore documentation, "Retries", transient errors.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import NoAnswerError

_PROBABILITY = 0.08


def _do(_stage: Stage) -> None:
    raise NoAnswerError(done=False)


INCIDENT = Incident(
    name="lost-requests",
    family="api",
    summary="one request in twelve is lost",
    why="it is made again",
    right=frozenset({"Promoted"}),
    arm=on_call((), _do, chance=_PROBABILITY),
)
