"""What is asked of the canary, in order. A new check is one small file and one line here."""

from __future__ import annotations

from cage.canary.checks.address import Address
from cage.canary.checks.asked import Asked, asked
from cage.canary.checks.container_health import ContainerHealth
from cage.canary.checks.idle import Idle
from cage.canary.checks.protocol import Check, Means, Questions, Settings, Watching
from cage.canary.checks.running import Running
from cage.canary.checks.target_health import TargetsHealthy
from cage.canary.checks.uptime import Uptime


def before_traffic(running_s: float, health_check_s: float) -> tuple[Check, ...]:
    """Return the checks of a canary that no load balancer knows yet."""
    return (Running(running_s), ContainerHealth(health_check_s), Address(running_s))


def in_traffic(health_check_s: float, idle_s: float) -> tuple[Check, ...]:
    """Return the checks of a canary that is registered wherever the service is."""
    return (TargetsHealthy(health_check_s), Uptime(), Idle(idle_s))


__all__ = [
    "Asked",
    "Check",
    "Means",
    "Questions",
    "Settings",
    "Watching",
    "asked",
    "before_traffic",
    "in_traffic",
]
