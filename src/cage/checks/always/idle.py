"""Does the canary of a service without a load balancer stay up for a while?"""

from __future__ import annotations

import dataclasses

from cage.checks.protocol import MARGIN_S
from cage.checks.subject import Subject
from cage.model.outcome import Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.runtime import clock


@dataclasses.dataclass(frozen=True, slots=True)
class Idle:
    """The task is still running after `idle_s` seconds; nothing else about it can be checked."""

    idle_s: float
    name: str = "idle"
    holds: bool = False
    reads_task: bool = True
    late_remedy: str = ""

    @property
    def waits_for(self) -> str:
        """Describe what the check is waiting for."""
        return f"the canary task to stay up for {self.idle_s:.0f} s"

    @property
    def timeout_s(self) -> float:
        """The duration itself, plus time for a slow answer at its end."""
        return self.idle_s + MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return whether no load balancer checks the task: its check would be the better one."""
        return not service.load_balancers

    async def observe(self, subject: Subject) -> Observation:
        """Read how long the task has been running."""
        up_s = clock.monotonic() - (subject.running_since or clock.monotonic())
        if up_s >= self.idle_s:
            return Passed(f"the canary task stayed up for {up_s:.0f} s")
        return Waiting("the canary task is up", self.idle_s)
