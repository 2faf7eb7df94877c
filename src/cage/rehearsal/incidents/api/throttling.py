"""AWS throttles: other callers of the account use up its quotas.

Source: ECS API reference, "Request throttling for the Amazon ECS API".
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse
from cage.rehearsal.stage import Stage

_PROBABILITY = 0.4


def _do(_stage: Stage) -> None:
    refuse("ThrottlingException", "Rate exceeded")


INCIDENT = Incident(
    name="throttling",
    family="api",
    summary="AWS refuses two calls in five: Rate exceeded",
    why="it takes a little longer",
    right=frozenset({"Promoted"}),
    arm=on_call((), _do, chance=_PROBABILITY),
)
