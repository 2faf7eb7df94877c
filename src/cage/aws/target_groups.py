"""Target groups of load balancers and of VPC Lattice, recognized by their ARNs."""

from __future__ import annotations

from collections.abc import Sequence

from cage.model.targets import Target, TargetGroup, TargetHealth, in_lattice
from cage.ports.target_groups import TargetGroups


class BothKinds:
    """Implements `cage.ports.target_groups.TargetGroups` for target groups of both kinds."""

    def __init__(self, balancers: TargetGroups, lattice: TargetGroups) -> None:
        self._balancers = balancers
        self._lattice = lattice

    def _of(self, arn: str) -> TargetGroups:
        return self._lattice if in_lattice(arn) else self._balancers

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        found = await self._balancers.describe([arn for arn in arns if not in_lattice(arn)])
        found |= await self._lattice.describe([arn for arn in arns if in_lattice(arn)])
        return {arn: found[arn] for arn in arns}

    async def register(self, arn: str, target: Target) -> None:
        await self._of(arn).register(arn, target)

    async def deregister(self, arn: str, target: Target) -> None:
        await self._of(arn).deregister(arn, target)

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        return await self._of(arn).health(arn)
