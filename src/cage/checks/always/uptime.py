"""Has the canary been up long enough for ECS to have shown if it was not?"""

from __future__ import annotations

import dataclasses

from cage.checks.protocol import MARGIN_S
from cage.checks.subject import Subject
from cage.model.outcome import Observation, Passed, Waiting
from cage.model.revisions import Revision
from cage.model.services import Service

UP_S = 5.0
"""Time after which the task is polled again, in seconds.

ECS's data about a task can be seconds old (ECS API reference, RunTask: the API is eventually
consistent), and a target group reports a dead target as healthy until several of its checks fail.
So a task that exits right after its start can look healthy in one poll. Therefore, it is polled
once more when it has been up for this long. Most target groups take that long anyway, so the poll
adds about a second. `--bake` and the confirmation of the deployment catch later exits."""

_NEXT_LOOK_S = 0.5
"""One poll can answer several checks that run within this time; this check needs a later one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Uptime:
    """A new poll shows the task still up, `UP_S` seconds after it was first seen running."""

    name: str = "uptime"
    waits_for: str = f"the canary task to have been up for {UP_S:.0f} s"
    timeout_s: float = UP_S + MARGIN_S
    holds: bool = False
    reads_task: bool = True
    late_remedy: str = ""

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return whether a load balancer is used; without one, the idle check covers this."""
        return bool(service.load_balancers)

    async def observe(self, subject: Subject) -> Observation:
        """Read how long the task has been running."""
        up_s = subject.refreshed_at - (subject.running_since or subject.refreshed_at)
        if up_s >= UP_S:
            return Passed(f"the canary task is still up, {up_s:.0f} s after it was seen running")
        return Waiting("the canary task is up", max(UP_S - up_s, _NEXT_LOOK_S), sure=True)
