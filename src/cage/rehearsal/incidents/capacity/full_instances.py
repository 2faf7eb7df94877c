"""The container instances have no memory or CPU left.

Source: ECS developer guide, "API failure reasons", RESOURCE:MEMORY and RESOURCE:CPU.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_fixed_instances
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage


def _full(name: str, field: str, words: str) -> Incident:
    def arm(stage: Stage) -> None:
        for instance in stage.world.clusters[stage.cluster]:
            setattr(instance, field, 0)

    return Incident(
        name=name,
        family="capacity",
        summary=f"the container instances have no {words} left",
        why="the canary and the service's tasks can't be placed",
        right=ABORTED,
        arm=arm,
        inapplicable=needs_fixed_instances,
        order=3,
    )


INCIDENTS = (
    _full("instance-memory", "memory", "memory"),
    _full("instance-cpu", "cpu", "CPU"),
)
