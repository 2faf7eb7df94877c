"""Simulated queries to other AWS services before the start.

Everything that the definitions specify exists, until an incident removes it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

import anyio.lowlevel

from cage.model.account import Role, Subnet, VcpuQuota
from cage.model.base import Shape
from cage.model.errors import NotFoundError

VPC = "vpc-1"
"""The VPC of everything that the definitions specify."""

_TRUST: Shape = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ]
}


@dataclasses.dataclass(slots=True)
class SimPrerequisites:
    """Implements `cage.ports.prerequisites.Prerequisites` for an account that has everything.

    Attributes:
        roles: The ARNs of the roles that the definitions specify.
        absent: The resources that don't exist: `repository:tag`, secrets, parameters, log groups
            and subnets by the name used to query them, roles by their ARN.
        architectures: The architectures that every image is built for.
        untrusting: ARNs of roles that ECS's tasks aren't allowed to assume.
        addresses: Free addresses in each subnet.
        vcpus: The vCPU quota, and how many are in use.
        decisions: The result of IAM's simulation for an action, if it isn't `allowed`.
        expire: When the credentials expire; None if that is unknown.
    """

    roles: tuple[str, ...] = ()
    absent: set[str] = dataclasses.field(default_factory=set)
    architectures: frozenset[str] = frozenset({"amd64", "arm64"})
    untrusting: set[str] = dataclasses.field(default_factory=set)
    addresses: int = 200
    vcpus: VcpuQuota = dataclasses.field(default_factory=lambda: VcpuQuota(4000.0, 12.0))
    decisions: dict[str, str] = dataclasses.field(default_factory=dict)
    expire: datetime | None = None

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        """Return the architectures that the image is built for."""
        name = f"{repository}:{digest or tag}"
        await self._require(name, f"{account}'s registry in {region} has no image {name}")
        return self.architectures

    async def find_parameter(self, name: str, region: str) -> None:
        """Require a parameter."""
        await self._require(name, f"Parameter {name} doesn't exist in {region}.")

    async def find_secret(self, arn: str, region: str) -> None:
        """Require a secret."""
        await self._require(arn, f"Secret {arn} doesn't exist in {region}.")

    async def has_log_group(self, name: str, region: str) -> bool:  # noqa: ARG002
        """Return whether a log group exists."""
        await anyio.lowlevel.checkpoint()
        return name not in self.absent

    async def find_role(self, role: str) -> Role:
        """Return a role."""
        await self._require(role, f"Role {role} doesn't exist.")
        return Role(role, {} if role in self.untrusting else _TRUST)

    async def subnets(self, subnets: Sequence[str]) -> dict[str, Subnet]:
        """Return the subnets, which are all in one VPC."""
        for subnet in subnets:
            await self._require(subnet, f"Subnet {subnet} doesn't exist.")
        return dict.fromkeys(subnets, Subnet(self.addresses, VPC))

    def credentials_until(self) -> datetime | None:
        """Return when the credentials expire."""
        return self.expire

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:  # noqa: ARG002
        """Return the quota, which is the same for both."""
        await anyio.lowlevel.checkpoint()
        return self.vcpus

    async def caller(self) -> str:
        """Return the ARN of the caller here."""
        await anyio.lowlevel.checkpoint()
        return "arn:aws:sts::123456789012:assumed-role/ci/deploy"

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Return the results of IAM's simulation."""
        await anyio.lowlevel.checkpoint()
        return {action: self.decisions.get(action, "allowed") for action in actions}

    async def _require(self, name: str, text: str) -> None:
        await anyio.lowlevel.checkpoint()
        if name in self.absent:
            raise NotFoundError(text, code="NotThere")
