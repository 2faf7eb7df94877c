"""Target groups and their targets."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

LATTICE_DRAINS_S = 60.0
"""How long VPC Lattice drains a target (VPC Lattice API reference, TargetSummary, status)."""


def in_lattice(arn: str) -> bool:
    """Return whether a target group is one of VPC Lattice, by its ARN."""
    return arn.split(":")[2:3] == ["vpc-lattice"]


@dataclasses.dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group, with the settings that decide how long health checks and draining take.

    Attributes:
        target_type: ip or instance (lambda and alb don't accept ECS tasks).
        address_family: ipv4 or ipv6.
        deregistration_delay_s: 0 to 3600 seconds; ELB's default is 300.
        in_use: Whether a load balancer, or a service of VPC Lattice, forwards to the group.
        health_check_port: The one port used to check every target; None: each target's own port.
        vpc_id: The VPC that its targets are in; empty if unknown.
        status: ACTIVE, or another status of VPC Lattice's.
        check_interval_s: How often each target is checked; 0 if unknown.
    """

    arn: str
    name: str
    target_type: str
    address_family: str
    deregistration_delay_s: float
    in_use: bool
    health_check_port: int | None = None
    protocol: str = ""
    vpc_id: str = ""
    status: str = "ACTIVE"
    check_interval_s: float = 0.0

    @property
    def lattice(self) -> bool:
        """Whether it is a target group of VPC Lattice."""
        return in_lattice(self.arn)


@dataclasses.dataclass(frozen=True, slots=True)
class Forward:
    """Where a listener rule, or a listener, forwards to.

    Attributes:
        weights: The weight of each target group, by its ARN; empty if it forwards to none.
    """

    arn: str
    weights: Mapping[str, int]

    @property
    def serving(self) -> tuple[str, ...]:
        """The ARNs of the target groups that get any of its traffic."""
        return tuple(arn for arn, weight in self.weights.items() if weight > 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """An address in a target group: an IP address or an EC2 instance id, and a port."""

    id: str
    port: int

    def __str__(self) -> str:
        return f"[{self.id}]:{self.port}" if ":" in self.id else f"{self.id}:{self.port}"


@dataclasses.dataclass(frozen=True, slots=True)
class TargetHealth:
    """The health of a target as its group reports it; `state` is empty for an unlisted target."""

    target: Target
    state: str
    reason: str = ""
    description: str = ""

    @property
    def serves(self) -> bool:
        """Whether the target receives requests (ELB API reference, TargetHealth)."""
        return self.state in {"healthy", "unavailable"}


@dataclasses.dataclass(frozen=True, slots=True)
class Registration:
    """A target in a target group."""

    target_group: TargetGroup
    target: Target

    def deregister_command(self, flags: str = "") -> str:
        """Return the AWS CLI command that deregisters it.

        Args:
            flags: How the AWS CLI reaches the Region.
        """
        more = f" {flags}" if flags else ""
        arn, target = self.target_group.arn, self.target
        if self.target_group.lattice:
            return (
                f"aws vpc-lattice deregister-targets{more} --target-group-identifier {arn} "
                f"--targets id={target.id},port={target.port}"
            )
        return (
            f"aws elbv2 deregister-targets{more} --target-group-arn {arn} "
            f"--targets Id={target.id},Port={target.port}"
        )

    def __str__(self) -> str:
        return f"{self.target} in target group {self.target_group.name}"
