"""The application logs an error after running for a while.

Source: ECS developer guide, "Send Amazon ECS logs to CloudWatch": a line arrives seconds later.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import all_of, forbidden, needs_bake, needs_forbidden_line
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import once_told, waits_in
from cage.rehearsal.stage import Stage


def _complain(stage: Stage) -> None:
    found = forbidden(stage)
    if found is not None:
        container, line = found
        for task in canary_of(stage):
            essential = next(c.name for c in task.containers if c.essential)
            stage.world.tasks.write(task, container or essential, line)


INCIDENT = Incident(
    name="log-error-in-bake",
    family="checks",
    summary="the canary logs a forbidden line while it bakes",
    why="a bake is for problems that appear later",
    right=ABORTED,
    arm=once_told(waits_in("bake"), lambda stage: stage.timeouts.bake_s / 3, _complain),
    inapplicable=all_of(needs_forbidden_line, needs_bake),
    order=4,
)
