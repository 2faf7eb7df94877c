"""Do ECS's own limits hold while old and new tasks run side by side?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.outcome import Finding, Severity
from cage.verification.percents import upper_bound
from cage.verification.protocol import Ground, passed

TASKS_A_SERVICE = 5000
GROUPS_A_SERVICE = 5
"""ECS developer guide, "Amazon ECS service quotas"; an account may have others."""


@dataclasses.dataclass(frozen=True, slots=True)
class Quotas:
    """Tasks and target groups of one service, by ECS's default quotas."""

    name: str = "quotas"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Count; no call."""
        most, groups = upper_bound(ground.service), len(ground.service.load_balancers)
        found = []
        if most > TASKS_A_SERVICE:
            text = f"up to {most} tasks would run; ECS's quota is {TASKS_A_SERVICE} a service"
            found.append(Finding(self.name, Severity.WARNING, text, "Lower maximumPercent."))
        if groups > GROUPS_A_SERVICE:
            text = f"the service has {groups} target groups; ECS's quota is {GROUPS_A_SERVICE}"
            found.append(Finding(self.name, Severity.WARNING, text, "Ask AWS for a higher quota."))
        return found or (passed(self.name, f"{most} tasks and {groups} target groups at most"),)
