"""A rollout was killed, and its canary still runs.

Source: decision 0002 of this project: a lease that isn't renewed ends.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import leave_canary
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    leave_canary(stage)


INCIDENT = Incident(
    name="dead-rollout",
    family="people",
    summary="a rollout that was killed has left its canary",
    why="it is removed first",
    right=PROMOTED,
    arm=_arm,
    order=7,
)
