"""The new revision's image can't be pulled.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", CannotPullContainer;
ECS retries for about two minutes before it gives up.
"""

from __future__ import annotations

import dataclasses

from cage.simulator.incidents.protocol import is_next
from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask

_REASON = (
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to "
    "resolve ref {image}: not found"
)


@dataclasses.dataclass(frozen=True, slots=True)
class BadImage:
    """The image's tag doesn't exist. Right: abort, since no task of it can ever start."""

    name: str = "bad-image"
    summary: str = "the new revision's image can't be pulled"
    right_outcomes: frozenset[str] = frozenset({"Aborted"})
    hurts_running_tasks: bool = False

    def inapplicable(self, stage: Stage) -> str | None:  # noqa: ARG002
        """It can happen to any service."""
        return None

    def arm(self, stage: Stage) -> None:
        """Let every task of the new revision fail to pull."""

        def behave(task: SimTask) -> None:
            if is_next(task):
                reason = _REASON.format(image=task.containers[0].image)
                task.plan.start_failure = (reason, reason)
                task.plan.start_failure_s = stage.world.engine.between(90, 130)

        stage.world.tasks.behaviours.append(behave)
