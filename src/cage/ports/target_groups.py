"""The calls to Elastic Load Balancing and VPC Lattice that cage needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cage.model.targets import Target, TargetGroup, TargetHealth


class TargetGroups(Protocol):
    """The target groups of load balancers and of VPC Lattice, by ARN."""

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        """Return the target groups by ARN, in the order requested.

        Raises:
            NotFoundError: A target group was not found.
        """

    async def register(self, arn: str, target: Target) -> None:
        """Register a target."""

    async def deregister(self, arn: str, target: Target) -> None:
        """Deregister a target.

        It is not an error if the target isn't registered or its group was deleted.
        """

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of every target that the group lists."""
