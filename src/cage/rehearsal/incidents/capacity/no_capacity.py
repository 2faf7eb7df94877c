"""Capacity for another task is not available.

Source: AWS re:Post knowledge center, "Capacity is unavailable" for RunTask on Fargate; ECS
developer guide, "API failure reasons", RESOURCE:MEMORY.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import pools
from cage.rehearsal.incidents.effects import take_all_room
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    stage.world.fargate_capacity = lambda _revision, _group: False
    take_all_room(stage)
    for pool in pools(stage):
        pool.most = 0


INCIDENT = Incident(
    name="no-capacity",
    family="capacity",
    summary="the cluster has no capacity for another task",
    why="the service would stall",
    right=ABORTED,
    arm=_arm,
    order=1,
)
