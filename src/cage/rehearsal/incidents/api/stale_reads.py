"""Reads are stale: half of them show what was true up to four seconds ago.

Source: ECS API reference, RunTask, on eventual consistency; by how much is unknown.
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
