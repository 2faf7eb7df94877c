"""A rollout was killed while it held the service's lock.

Source: decision 0003 of this project: a lease that isn't renewed expires.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import claim_lock
from cage.rehearsal.incidents.incident import PROMOTED, Incident

INCIDENT = Incident(
    name="lock-left",
    family="people",
    summary="a rollout that was killed held the service's lock (with --lock)",
    why="the lock is taken over once its lease has expired",
    right=PROMOTED,
    arm=claim_lock,
    locked=True,
    order=11,
)
