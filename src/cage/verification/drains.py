"""Can a deployment complete in time, with the old tasks draining first?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed

_START_S = 60.0
"""The time that new tasks commonly take until the first old one begins to drain."""


@dataclasses.dataclass(frozen=True, slots=True)
class Drains:
    """The wait for a rolling deployment must be longer than the target groups' drain.

    ECS stops an old task when its targets have drained (ECS developer guide, Best practices for
    load balancer connection draining), and they drain for the whole deregistration delay, also
    without connections (ELB user guide, Deregistration delay).
    """

    name: str = "drains"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare what has already been described; no API call."""
        service = ground.service
        if not ground.groups or not service.desired_count or service.strategy != "ROLLING":
            return ()
        group = max(ground.groups.values(), key=lambda g: g.deregistration_delay_s)
        drain_s, stable_s = group.deregistration_delay_s, ground.stable_s
        if stable_s >= drain_s + _START_S:
            return (passed(self.name, f"targets drain for {drain_s:.0f} s of {stable_s:.0f} s"),)
        certain = stable_s <= drain_s
        return (
            Finding(
                self.name,
                Severity.ERROR if certain else Severity.WARNING,
                f"targets of {group.name} drain for {drain_s:.0f} s, and cage waits {stable_s:.0f} "
                f"s for the deployment: it {'would' if certain else 'might'} be given up before "
                "its old tasks are gone",
                "Raise --service-stable-timeout, or lower the target group's deregistration delay.",
            ),
        )
