"""The process is killed before it starts the canary, and the rollout is resumed.

Source: signal(7): SIGKILL can't be caught, nor can the out-of-memory killer.
"""

from __future__ import annotations

from cage.model.events import Step
from cage.rehearsal.incidents.making import Incident, killed_in

INCIDENT = Incident(
    name="killed-at-start",
    family="operator",
    summary="the process is killed before the canary starts, and resumed",
    why="a revision alone is no trace of a rollout, and does no harm",
    right=frozenset({"NothingToDo"}),
    arm=killed_in(Step.START),
)
