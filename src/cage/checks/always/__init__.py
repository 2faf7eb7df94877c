"""The checks of every canary, in order."""

from __future__ import annotations

from cage.checks.always.address import Address
from cage.checks.always.container_health import ContainerHealth
from cage.checks.always.running import Running
from cage.checks.always.target_health import TargetsHealthy
from cage.checks.always.uptime import Uptime
from cage.checks.protocol import Check


def before_traffic(running_s: float, health_check_s: float) -> tuple[Check, ...]:
    """Return the checks of a canary that is not yet registered with a load balancer."""
    return (Running(running_s), ContainerHealth(health_check_s), Address(running_s))


def in_traffic(health_check_s: float) -> tuple[Check, ...]:
    """Return the checks of a canary that is registered in all of the service's target groups."""
    return (TargetsHealthy(health_check_s),)


def observed(up_s: float) -> tuple[Check, ...]:
    """Return the checks that come last: each waits only for what the others left of `up_s`."""
    return (Uptime(up_s), Uptime(up_s, "idle", balanced=False))
