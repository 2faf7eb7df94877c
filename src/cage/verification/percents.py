"""Do minimumHealthyPercent and maximumPercent let a deployment move at all?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.availability.floor import lower_bound, upper_bound
from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed
from ecs_rules.percents import deadlock


def more_tasks(ground: Ground) -> int:
    """Return how many tasks a rollout can start, its canary included, next to the running ones."""
    service = ground.service
    if ground.creates:
        return ground.canary + service.desired_count
    return ground.canary + max(0, upper_bound(service) - service.running_count)


@dataclasses.dataclass(frozen=True, slots=True)
class Percents:
    """ECS must be allowed to start one task more, or to stop one first."""

    name: str = "percents"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Calculate the bounds; no API call."""
        service = ground.service
        if ground.creates or service.scheduling == "DAEMON" or service.strategy != "ROLLING":
            return ()
        desired = service.desired_count
        least, most = lower_bound(service), upper_bound(service)
        if desired and (reason := deadlock(desired, least, most)):
            return (
                Finding(
                    self.name,
                    Severity.ERROR,
                    f"ECS can't run more than {most} or fewer than {least} of "
                    f"{desired} tasks: {reason}",
                    "Raise maximumPercent, or lower minimumHealthyPercent.",
                ),
            )
        return (passed(self.name, f"ECS runs {least} to {most} tasks of {desired}"),)
