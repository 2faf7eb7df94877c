"""Answers get lost on their way: the call has taken effect all the same.

Source: ECS API reference, RunTask, on clientToken and idempotency.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import NoAnswerError

_PROBABILITY = 0.08


def _do(_stage: Stage) -> None:
    raise NoAnswerError(done=True)


INCIDENT = Incident(
    name="lost-answers",
    family="api",
    summary="one answer in twelve is lost, though the call is done",
    why="nothing is done twice",
    right=frozenset({"Promoted"}),
    arm=on_call((), _do, chance=_PROBABILITY),
)
