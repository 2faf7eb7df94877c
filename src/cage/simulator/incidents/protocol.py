"""What an incident is."""

from __future__ import annotations

from typing import Protocol

from cage.simulator.stage import Stage
from cage.simulator.world.things import SimTask


class Incident(Protocol):
    """Something that goes wrong during a rollout."""

    @property
    def name(self) -> str:
        """Its name on the command line."""

    @property
    def summary(self) -> str:
        """What happens, in one line."""

    @property
    def right_outcomes(self) -> frozenset[str]:
        """The outcomes that are right, by class name, as `Aborted`."""

    @property
    def hurts_running_tasks(self) -> bool:
        """Whether it can take healthy tasks away by itself, whatever the deploy tool does."""

    def inapplicable(self, stage: Stage) -> str | None:
        """Return why it can't happen to this service; None if it can."""

    def arm(self, stage: Stage) -> None:
        """Have it happen during the rollout that begins now."""


def is_next(task: SimTask) -> bool:
    """Tell whether a task runs the revision that is being rolled out: not the family's first."""
    return task.revision.number > 1
