"""Has the canary been up long enough to show that it doesn't exit right after its start?"""

from __future__ import annotations

import dataclasses

from cage.checks.protocol import MARGIN_S
from cage.checks.subject import Subject
from cage.model.outcome import Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.runtime.polling import LATEST_S

LAGS_S = 3.0
"""How much longer the task is watched than it must have been up, in seconds.

ECS's data about a task can be seconds old (ECS API reference, RunTask: the API is eventually
consistent), and a target group reports a dead target as healthy until several of its checks fail.
So a task that has just exited can look healthy in one poll."""

_NEXT_LOOK_S = 0.5
"""One poll can answer several checks that run within this time; this check needs a later one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Uptime:
    """A new poll shows the task still up, `up_s` seconds after it started running.

    It comes last: other checks and health checks take part of that time. `--bake` and the
    confirmation of the deployment catch later exits.

    Attributes:
        balanced: Whether it is for services with a load balancer, or for the others.
    """

    up_s: float
    name: str = "uptime"
    balanced: bool = True
    holds: bool = False
    reads_task: bool = True
    late_remedy: str = ""

    @property
    def waits_for(self) -> str:
        """Describe what the check is waiting for."""
        return f"the canary task to stay up for {self.up_s:.0f} s"

    @property
    def timeout_s(self) -> float:
        """The duration itself, plus time for a slow answer at its end."""
        return self.up_s + MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return whether the service is of the kind that the check is for."""
        return bool(service.load_balancers) is self.balanced

    async def observe(self, subject: Subject) -> Observation:
        """Read how long the task has been running."""
        up_s = subject.refreshed_at - (subject.running_since or subject.refreshed_at)
        left_s = self.up_s + LAGS_S - up_s
        if left_s <= 0:
            return Passed(f"the canary task is still up, {up_s:.0f} s after it started running")
        soonest_s = max(_NEXT_LOOK_S, min(left_s, LATEST_S))
        return Waiting("the canary task is up", soonest_s=soonest_s)
