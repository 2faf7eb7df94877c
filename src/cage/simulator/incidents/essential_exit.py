"""An essential container of the new revision exits as soon as it starts.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", Essential container
in task exited.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.incidents.protocol import is_next
from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask


@dataclasses.dataclass(frozen=True, slots=True)
class EssentialExit:
    """A missing setting ends the application at start. Right: abort, at the first exit."""

    name: str = "essential-exit"
    summary: str = "an essential container exits right after it starts"
    right_outcomes: frozenset[str] = frozenset({"Aborted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:  # noqa: ARG002
        """It can happen to any service."""
        return None

    def arm(self, stage: Stage) -> None:
        """Let the first essential container of every new task exit with 1."""

        def behave(task: SimTask) -> None:
            if is_next(task):
                task.plan.exits.append(("", stage.world.engine.between(0.5, 3), 1, ""))

        stage.world.tasks.behaviours.append(behave)
