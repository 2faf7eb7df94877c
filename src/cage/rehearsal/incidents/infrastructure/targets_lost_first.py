"""Most of the service's healthy targets are lost while the canary is checked.

Source: ECS developer guide, "Amazon ECS services": the scheduler replaces tasks that stop, which
takes as long as a start.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import wants_several
from cage.rehearsal.incidents.effects import lose_all_but_one
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.incidents.triggers import on_call

INCIDENT = Incident(
    name="targets-lost-first",
    family="infrastructure",
    summary="all of the service's targets but one are lost while the canary is checked",
    why="with --floor the service isn't touched then, or is rolled back if they are noticed late; "
    "without it ECS replaces them",
    right=frozenset({"Promoted", "Aborted", "RolledBack"}),
    arm=on_call(("DescribeTasks",), lose_all_but_one, times=1, after="RegisterTaskDefinition"),
    inapplicable=wants_several,
    hurts_running_tasks=True,
    order=5,
)
