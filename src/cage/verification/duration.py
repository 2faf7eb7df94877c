"""How long does the deployment take, and does cage wait that long?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.availability import duration
from cage.availability.floor import lower_bound, upper_bound
from cage.model.base import several
from cage.model.outcome import Finding, Severity
from cage.model.services import Service
from cage.verification.protocol import Ground, passed

_ROLLBACK = "rollback"


@dataclasses.dataclass(frozen=True, slots=True)
class Duration:
    """The wait for a deployment must be longer than the deployment takes.

    A rolling deployment goes in waves, by the service's percents. ECS stops an old task when its
    targets have drained (ECS developer guide, Best practices for load balancer connection
    draining), and they drain for the whole deregistration delay, also without connections (ELB
    user guide, Deregistration delay).
    """

    name: str = "duration"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare what has already been described; no API call."""
        service, groups = ground.service, tuple(ground.groups.values())
        if ground.creates or not service.desired_count:
            return ()
        start_s = duration.usual_start_s(groups)
        usual_s = duration.course(service, groups, start_s=start_s).total_s
        pauses_s = duration.pauses_s(service)
        limit_s = duration.patience_s(ground.timeout_s, service, groups)
        drain_s = max((group.deregistration_delay_s for group in groups), default=0.0)
        takes = f"the deployment usually takes {usual_s + pauses_s:.0f} s"
        takes += f" ({_parts(service, start_s, drain_s, pauses_s)})"
        waits = f"cage waits {limit_s + pauses_s:.0f} s"
        if limit_s >= usual_s:
            return (passed(self.name, f"{takes}; {waits}"),)
        rolls_back = ground.on_timeout == _ROLLBACK
        then = "rolls it back" if rolls_back else "leaves it to ECS, with exit code 6"
        certain = rolls_back and limit_s <= drain_s and service.strategy == "ROLLING"
        return (
            Finding(
                self.name,
                Severity.ERROR if certain else Severity.WARNING,
                f"{takes}; {waits}, then {then}",
                "Leave out --service-stable-timeout or raise it, lower the target group's "
                "deregistration delay, or raise maximumPercent.",
            ),
        )


def _parts(service: Service, start_s: float, drain_s: float, pauses_s: float) -> str:
    """Return what a deployment's time consists of."""
    if service.shifts_traffic:
        steps = duration.Waves(1, 1)
    else:
        steps = duration.waves(service.desired_count, lower_bound(service), upper_bound(service))
    parts = [f"{several(steps.starts, 'wave')} of new tasks, each healthy after {start_s:.0f} s"]
    if drain_s and steps.drains:
        parts.append(f"{several(steps.drains, 'drain')} of {drain_s:.0f} s")
    if pauses_s:
        parts.append(f"{pauses_s:.0f} s of bake time and pauses")
    return ", ".join(parts)
