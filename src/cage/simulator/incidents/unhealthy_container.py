"""A container's own health check never passes.

Source: ECS API reference, HealthCheck; a standalone task keeps running whatever it says.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.incidents.protocol import is_next
from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class UnhealthyContainer:
    """The check's command fails in the new image. Right: abort; ECS would replace the task."""

    name: str = "unhealthy-container"
    summary: str = "a container's own health check never passes"
    right_outcomes: frozenset[str] = frozenset({"Aborted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:
        """Only a container with a health check can fail it."""
        containers = stage.task_definition.get("containerDefinitions") or []
        if any(c.get("healthCheck") for c in containers):
            return None
        return "no container has a health check"

    def arm(self, stage: Stage) -> None:
        """Let the check of every new task fail."""

        def behave(task: SimTask) -> None:
            if is_next(task):
                task.plan.container_healthy = False

        stage.world.tasks.behaviours.append(behave)
