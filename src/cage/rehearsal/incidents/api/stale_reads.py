"""Reads are stale: half of them return a state up to four seconds old.

Source: ECS API reference, RunTask, on eventual consistency; the length of the lag is unknown.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from ecs_simulator.operations import reads

INCIDENT = Incident(
    name="stale-reads",
    family="api",
    summary="half of all reads show what was true some seconds ago",
    why="later reads show the present",
    right=PROMOTED,
    arm=lambda stage: reads.lag(stage.world),
    order=2,
)
