"""Somebody cleans up revisions that nothing uses yet.

Source: ECS API reference, DeregisterTaskDefinition: an INACTIVE revision takes no new tasks.
"""

from __future__ import annotations

from cage.rehearsal.incidents.making import Incident, canary_of, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        task.revision.raw["status"] = "INACTIVE"


INCIDENT = Incident(
    name="revision-deregistered",
    family="people",
    summary="somebody deregisters the new revision during the checks",
    why="ECS refuses the update",
    right=frozenset({"Aborted"}),
    arm=on_call(("DescribeTasks",), _do, times=2),
)
