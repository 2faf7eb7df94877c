"""The container instances have no CPU left.

Source: ECS developer guide, "API failure reasons", RESOURCE:CPU.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_instances
from cage.rehearsal.incidents.making import Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    for instance in stage.world.clusters[stage.cluster]:
        instance.cpu = 0


INCIDENT = Incident(
    name="instance-cpu",
    family="capacity",
    summary="the container instances have no CPU left",
    why="the canary can't be placed, nor could the service's tasks",
    right=frozenset({"Aborted"}),
    arm=_arm,
    inapplicable=needs_instances,
)
