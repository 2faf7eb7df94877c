"""What cage needs of Elastic Load Balancing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cage.model.targets import Target, TargetGroup, TargetHealth


class TargetGroups(Protocol):
    """The part of Elastic Load Balancing that cage uses."""

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        """Return the target groups by ARN, in the order asked.

        Raises:
            NotFoundError: One of them isn't there.
        """

    async def register(self, arn: str, target: Target) -> None:
        """Register a target."""

    async def deregister(self, arn: str, target: Target) -> None:
        """Deregister a target; one that isn't registered, or whose group is gone, is no error."""

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of all targets that the group lists."""
