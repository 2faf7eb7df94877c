"""A rollout was killed, and its canary is still running.

Source: decision 0002 of this project: a lease that isn't renewed expires.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import leave_canary
from cage.rehearsal.incidents.incident import PROMOTED, Incident

INCIDENT = Incident(
    name="dead-rollout",
    family="people",
    summary="a rollout that was killed has left its canary",
    why="it is removed first",
    right=PROMOTED,
    arm=leave_canary,
    order=7,
)
