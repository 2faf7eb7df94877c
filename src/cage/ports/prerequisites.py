"""The lookups before a rollout starts: everything that it depends on outside ECS."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cage.model.account import Role, Subnet, VcpuQuota


class Prerequisites(Protocol):
    """Queries to other AWS services before the start. The values of secrets are never read.

    Each method raises NotFoundError if a resource that its docstring requires doesn't exist.
    """

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        """Return the architectures of an existing ECR image; empty if ECR doesn't report any."""

    async def find_parameter(self, name: str, region: str) -> None:
        """Require an SSM parameter."""

    async def find_secret(self, arn: str, region: str) -> None:
        """Require a Secrets Manager secret."""

    async def has_log_group(self, name: str, region: str) -> bool:
        """Return whether a log group exists."""

    async def find_role(self, role: str) -> Role:
        """Return an existing role by its ARN or name. The role might be at another path."""

    async def subnets(self, subnets: Sequence[str]) -> dict[str, Subnet]:
        """Return existing subnets, by id."""

    async def caller(self) -> str:
        """Return the ARN of the identity that cage uses."""

    def credentials_until(self) -> datetime | None:
        """Return when the credentials expire; None if that is unknown, or if they are renewed."""

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        """Return the account's vCPU quota for Fargate or Fargate Spot."""

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Return the result of IAM's simulation of each action for the caller.

        `allowed`, `explicitDeny` or `implicitDeny`; None if IAM can't simulate this caller.
        """
