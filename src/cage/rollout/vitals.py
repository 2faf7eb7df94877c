"""Whether the canary is still up while the service is deployed, and what its death means."""

from __future__ import annotations

import dataclasses

from cage.canary import reach
from cage.canary.task import Canary
from cage.deployment.task_failures import failed
from cage.diagnosis.stopped import cause_of, stopped_verdict
from cage.model.errors import AwsError
from cage.model.outcome import Failed
from cage.model.tasks import Task
from cage.runtime import clock

_FRESH_S = 14.0
"""Maximum age of a look at the task before its death must be seen."""


def condemns(task: Task) -> bool:
    """Return whether the death of the canary shows that the service's own tasks will die too.

    It doesn't if the cause is often temporary, such as Spot and lost hosts, or if someone
    stopped the task.
    """
    return failed(task) and not cause_of(task).transient


@dataclasses.dataclass(slots=True)
class Vitals:
    """Looks at the canary from the update until it is stopped, and reports its death once.

    Attributes:
        dead: Whether it stopped on its own.
    """

    canary: Canary
    dead: bool = False
    _looked_at: float = dataclasses.field(default_factory=clock.monotonic)

    async def look(self) -> Failed | None:
        """Look at the canary; return why it died, if the service's own tasks will die alike.

        No answer from AWS only means: unknown for now. While it drains, the renewal of its lease
        shows whether it stopped.
        """
        canary, now = self.canary, clock.monotonic()
        task: Task | None = canary.death or canary.task
        if self.dead or task is None or (canary.stop_asked and canary.death is None):
            return None
        if not canary.retiring:
            if now - self._looked_at < _FRESH_S:
                return None
            self._looked_at = now
            try:
                task = await canary.refresh()
            except AwsError:
                return None
        if task is None or not task.stopping or (canary.stop_asked and canary.death is None):
            return None
        self.dead = True
        verdict = stopped_verdict(task)
        canary.tell_death(task)
        if not condemns(task):
            return None
        suspicion = reach.suspicion(canary.service)
        if suspicion:
            canary.context.notice(suspicion)
        return verdict
