"""Can the tasks be targets of the service's VPC Lattice target groups?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.model.targets import TargetGroup
from cage.verification.protocol import Ground, not_checked, passed


@dataclasses.dataclass(frozen=True, slots=True)
class Lattice:
    """Each target group is ACTIVE, and in the VPC of the tasks.

    Source: ECS developer guide, "VPC Lattice resources for blue/green, linear, and canary
    deployments", Target groups.
    """

    name: str = "vpc-lattice"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Look up the VPC of the service's subnets, if there is such a target group."""
        groups = [group for group in ground.groups.values() if group.lattice]
        if not groups:
            return ()
        try:
            vpcs = await _vpcs(ground)
        except NotFoundError as error:
            vpcs = frozenset()
            unknown = [not_checked(self.name, error.what)]
        else:
            unknown = [] if vpcs else [not_checked(self.name, "the VPC of the tasks is unknown")]
        judged = [self._judged(group, vpcs) for group in groups]
        return (*unknown, *judged)

    def _judged(self, group: TargetGroup, vpcs: frozenset[str]) -> Finding:
        named = f"VPC Lattice target group {group.name}"
        if group.status != "ACTIVE":
            remedy = "Wait until it is ACTIVE, or create it again."
            return Finding(self.name, Severity.ERROR, f"{named} is {group.status}", remedy)
        if group.vpc_id and vpcs and group.vpc_id not in vpcs:
            text = f"{named} is in {group.vpc_id}; the tasks are in {', '.join(sorted(vpcs))}"
            remedy = "Use a target group of the tasks' own VPC."
            return Finding(self.name, Severity.ERROR, text, remedy)
        return passed(self.name, f"{named} accepts targets")


async def _vpcs(ground: Ground) -> frozenset[str]:
    """Return the VPCs of the service's subnets; empty if unknown."""
    subnets = ground.subnets()
    if ground.prerequisites is None or not subnets:
        return frozenset()
    found = await ground.prerequisites.subnets(subnets)
    return frozenset(subnet.vpc_id for subnet in found.values() if subnet.vpc_id)
