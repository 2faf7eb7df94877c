"""Autoscaling, or somebody, wants fewer tasks half-way.

Source: ECS developer guide, "Automatically scale your Amazon ECS service".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_desired_count
from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.service.desired = max(0, stage.service.desired - 1)
    stage.world.scheduler.poke(stage.service)


INCIDENT = Incident(
    name="somebody-scales-down",
    family="people",
    summary="somebody wants one task fewer half-way",
    why="cage never sends the desired count",
    right=frozenset({"Promoted"}),
    arm=on_call(("DescribeTasks",), _do, times=1),
    inapplicable=needs_desired_count,
    hurts_running_tasks=True,
)
