"""What cage looks up before a rollout starts: all that it depends on outside ECS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cage.model.account import Role, VcpuQuota


class Prerequisites(Protocol):
    """What is asked of other AWS services before the start. No secret's value is read.

    Each method raises NotFoundError where it says that something must be there.
    """

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        """Return the architectures of an ECR image that is there; empty if it tells none."""

    async def find_parameter(self, name: str, region: str) -> None:
        """Require an SSM parameter."""

    async def find_secret(self, arn: str, region: str) -> None:
        """Require a secret of Secrets Manager."""

    async def has_log_group(self, name: str, region: str) -> bool:
        """Tell whether a log group is there."""

    async def find_role(self, role: str) -> Role:
        """Return a role that is there, by its ARN or name; it may be at another path."""

    async def free_addresses(self, subnets: Sequence[str]) -> dict[str, int]:
        """Return the free addresses of subnets that are there, by id."""

    async def caller(self) -> str:
        """Return who cage is to AWS, as an ARN."""

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        """Return the account's quota of vCPUs on Fargate, or on Fargate Spot."""

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Return what IAM's simulation says of each action for the caller.

        `allowed`, `explicitDeny` or `implicitDeny`; None if it can't judge this caller.
        """
