"""Can a deployment complete in time, with the old tasks draining first?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.availability import duration
from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed


@dataclasses.dataclass(frozen=True, slots=True)
class Drains:
    """The wait for a rolling deployment must be longer than the deployment takes.

    ECS stops an old task when its targets have drained (ECS developer guide, Best practices for
    load balancer connection draining), and they drain for the whole deregistration delay, also
    without connections (ELB user guide, Deregistration delay).
    """

    name: str = "drains"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare what has already been described; no API call."""
        service, groups = ground.service, ground.groups.values()
        if ground.creates or not service.desired_count or service.strategy != "ROLLING":
            return ()
        usual_s = duration.course(service, groups).total_s
        waits_s = duration.patience_s(ground.timeout_s, service, groups)
        drain_s = max((group.deregistration_delay_s for group in groups), default=0.0)
        takes = f"the deployment usually takes {usual_s:.0f} s"
        if drain_s:
            takes += f", with drains of {drain_s:.0f} s"
        if waits_s >= usual_s:
            return (passed(self.name, f"{takes}; cage waits {waits_s:.0f} s"),)
        certain = waits_s <= drain_s
        return (
            Finding(
                self.name,
                Severity.ERROR if certain else Severity.WARNING,
                f"{takes}, and cage waits {waits_s:.0f} s: the wait "
                f"{'would' if certain else 'might'} end before its old tasks are stopped",
                "Raise --service-stable-timeout, or lower the target group's deregistration delay.",
            ),
        )
