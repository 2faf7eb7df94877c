"""There is no capacity for another task.

Source: AWS re:Post knowledge center, "Capacity is unavailable" for RunTask on Fargate; ECS
developer guide, "API failure reasons", RESOURCE:MEMORY.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.stage import Stage


@dataclasses.dataclass(frozen=True, slots=True)
class NoCapacity:
    """Neither Fargate nor an instance has room. Right: abort, since the service would stall."""

    name: str = "no-capacity"
    summary: str = "there is no capacity for another task"
    right_outcomes: frozenset[str] = frozenset({"Aborted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:  # noqa: ARG002
        """It can happen to any service."""
        return None

    def arm(self, stage: Stage) -> None:
        """Take away what is left."""
        stage.world.fargate_capacity = lambda _revision, _group: False
        for instance in stage.world.clusters[stage.cluster]:
            instance.memory = 0
