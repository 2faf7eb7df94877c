"""Someone deregisters revisions that are not in use yet.

Source: ECS API reference, DeregisterTaskDefinition: an INACTIVE revision can't start new tasks.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        task.revision.raw["status"] = "INACTIVE"


INCIDENT = Incident(
    name="revision-deregistered",
    family="people",
    summary="someone deregisters the new revision during the checks",
    why="ECS refuses the update",
    right=ABORTED,
    arm=on_call(("DescribeTasks",), _do, times=2, after="RegisterTaskDefinition"),
    order=4,
)
