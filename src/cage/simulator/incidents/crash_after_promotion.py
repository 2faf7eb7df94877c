"""The new revision passes as a canary, and crashes once the service runs it.

Source: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures".
"""

from __future__ import annotations

import dataclasses

from cage.simulator.incidents.protocol import is_next
from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class CrashAfterPromotion:
    """No canary can foresee it. Right: the service is put back, by ECS or by cage."""

    name: str = "crash-after-promotion"
    summary: str = "the service's own new tasks crash, though the canary was well"
    right_outcomes: frozenset[str] = frozenset({"RolledBack"})
    hurts_running_tasks: bool = True

    def inapplicable(self, stage: Stage) -> str | None:
        """A service that wants no task has none that could crash."""
        return None if stage.service.desired else "the service wants no task"

    def arm(self, stage: Stage) -> None:
        """Let every new task of the service exit before it can serve."""

        def behave(task: SimTask) -> None:
            if is_next(task) and task.group.startswith("service:"):
                task.plan.answers_s = 3600.0
                task.plan.exits.append(("", stage.world.engine.between(5, 15), 1, ""))

        stage.world.tasks.behaviours.append(behave)
