"""Target groups and their targets."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group, with the settings that decide how long health checks and draining take.

    Attributes:
        target_type: ip or instance (lambda and alb don't accept ECS tasks).
        address_family: ipv4 or ipv6.
        deregistration_delay_s: 0 to 3600 seconds; ELB's default is 300.
        in_use: Whether a load balancer forwards to the group.
        health_check_port: The one port used to check every target; None: each target's own port.
    """

    arn: str
    name: str
    target_type: str
    port: int
    address_family: str
    health_check_interval_s: float
    healthy_threshold: int
    unhealthy_threshold: int
    deregistration_delay_s: float
    in_use: bool
    health_check_port: int | None = None
    protocol: str = ""


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


@dataclasses.dataclass(frozen=True, slots=True)
class Registration:
    """A target in a target group."""

    target_group: TargetGroup
    target: Target

    def __str__(self) -> str:
        return f"{self.target} in target group {self.target_group.name}"
