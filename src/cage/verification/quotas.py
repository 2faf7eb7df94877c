"""Do ECS's and Fargate's limits hold while old and new tasks run side by side?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.availability.floor import upper_bound
from cage.model.account import VcpuQuota
from cage.model.base import several
from cage.model.errors import AwsError
from cage.model.outcome import Finding, Severity
from cage.model.services import Service
from cage.verification.percents import more_tasks
from cage.verification.protocol import Ground, not_checked, passed, unasked
from ecs_rules.size import UNITS_PER_VCPU, cpu_units

TASKS_A_SERVICE = 5000
GROUPS_A_SERVICE = 5
"""ECS developer guide, "Amazon ECS service quotas"; an account can have others."""


@dataclasses.dataclass(frozen=True, slots=True)
class Quotas:
    """Tasks and target groups of one service by ECS's default quotas; vCPUs by the account's."""

    name: str = "quotas"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare the counts, and look up Fargate's quotas."""
        return (*self._of_the_service(ground), *await self._of_fargate(ground))

    def _of_the_service(self, ground: Ground) -> Sequence[Finding]:
        most, groups = upper_bound(ground.service), len(ground.service.load_balancers)
        found = []
        if most > TASKS_A_SERVICE:
            text = f"up to {most} tasks would run; ECS's quota is {TASKS_A_SERVICE} per service"
            found.append(Finding(self.name, Severity.WARNING, text, "Lower maximumPercent."))
        if groups > GROUPS_A_SERVICE:
            text = f"the service has {groups} target groups; ECS's quota is {GROUPS_A_SERVICE}"
            found.append(Finding(self.name, Severity.WARNING, text, "Ask AWS for a higher quota."))
        tasks = several(most, "task")
        behind = several(groups, "target group")
        return found or (passed(self.name, f"{tasks} and {behind} at most"),)

    async def _of_fargate(self, ground: Ground) -> Sequence[Finding]:
        pools, units = pools_of(ground.service), cpu_units(str(ground.new.get("cpu")))
        if not pools or units is None:
            return ()
        if ground.prerequisites is None:
            return unasked(self.name)
        more = more_tasks(ground)
        cpu = units / UNITS_PER_VCPU
        found = []
        for spot in pools:
            kind = "Fargate Spot" if spot else "Fargate"
            try:
                quota = await ground.prerequisites.fargate_vcpus(spot=spot)
            except AwsError as error:
                found.append(not_checked(self.name, f"vCPUs on {kind}: {error.what}"))
                continue
            # With several pools, it is unknown which one the tasks use: count the canary alone.
            found.append(self._judged(quota, kind, cpu, cpu * (more if len(pools) == 1 else 1)))
        return found

    def _judged(self, quota: VcpuQuota, kind: str, canary: float, whole: float) -> Finding:
        limit, remedy = f"{quota.limit:g} vCPUs on {kind}", "Ask AWS for a higher quota."
        if canary > quota.limit:
            text = f"a task needs {canary:g} vCPUs; the account's limit is {limit}"
            return Finding(self.name, Severity.ERROR, text, remedy)
        if quota.used is None:
            return not_checked(self.name, f"it is unknown how many of {limit} are in use")
        left = max(0.0, quota.limit - quota.used)
        if whole > left:
            who = "the canary" if canary > left else "the rollout"
            wanted = canary if canary > left else whole
            text = f"{who} needs {wanted:g} vCPUs more; {left:g} of {limit} were left recently"
            return Finding(self.name, Severity.WARNING, text, remedy)
        return passed(self.name, f"{left:g} of {limit} are left")


def pools_of(service: Service) -> tuple[bool, ...]:
    """Return where a service's tasks can start on Fargate: False on demand, True on Spot."""
    if service.launch_type == "FARGATE":
        return (False,)
    providers = {str(item.get("capacityProvider")) for item in service.capacity_provider_strategy}
    kinds = (("FARGATE", False), ("FARGATE_SPOT", True))
    return tuple(spot for name, spot in kinds if name in providers)
