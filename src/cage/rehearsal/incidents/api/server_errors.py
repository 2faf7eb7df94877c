"""AWS fails with 500 now and then.

Source: ECS API reference, "Common errors", ServerException.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, on_call, refuse
from cage.rehearsal.stage import Stage

_PROBABILITY = 0.08


def _do(_stage: Stage) -> None:
    refuse("ServerException", "Service Unavailable. Please try again later.", 500)


INCIDENT = Incident(
    name="server-errors",
    family="api",
    summary="AWS fails at one call in twelve",
    why="the calls are made again",
    right=frozenset({"Promoted"}),
    arm=on_call((), _do, chance=_PROBABILITY),
)
