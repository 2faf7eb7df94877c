"""Autoscaling, or somebody, wants more tasks half-way.

Source: ECS developer guide, "Automatically scale your Amazon ECS service".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_desired_count
from cage.rehearsal.incidents.making import Incident, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    stage.service.desired += 2
    stage.world.scheduler.poke(stage.service)


INCIDENT = Incident(
    name="somebody-scales-up",
    family="people",
    summary="somebody wants two more tasks half-way",
    why="cage never sends the desired count",
    right=frozenset({"Promoted"}),
    arm=on_call(("DescribeTasks",), _do, times=1),
    inapplicable=needs_desired_count,
)
