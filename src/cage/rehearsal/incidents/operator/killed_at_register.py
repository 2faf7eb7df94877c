"""The process is killed before it registers the revision, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, nor can the out-of-memory killer.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.making import Incident, killed_in

INCIDENT = Incident(
    name="killed-at-register",
    family="operator",
    summary="the process is killed before it registers, and resumed",
    why="nothing was begun, so that there is nothing to resume",
    right=frozenset({"NothingToDo"}),
    arm=killed_in(Step.REGISTER),
)
