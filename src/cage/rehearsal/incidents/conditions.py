"""Conditions for incidents: each returns why the incident can't happen to a service, or None."""

from __future__ import annotations

from collections.abc import Callable

from cage.rehearsal.samples import sample
from cage.rehearsal.stage import Stage
from ecs_simulator.world.capacity import Pool


def anywhere(_stage: Stage) -> str | None:
    """The incident can happen to any service."""
    return None


def needs_load_balancer(stage: Stage) -> str | None:
    """Only a target group can notice the incident: a load balancer's, or one of VPC Lattice."""
    return None if stage.service.load_balancers else "no load balancer"


def needs_instances(stage: Stage) -> str | None:
    """The incident is about container instances."""
    on_ec2 = stage.world.launch_type_of(stage.service.raw) == "EC2"
    return None if on_ec2 else "it doesn't run on container instances"


def needs_fixed_instances(stage: Stage) -> str | None:
    """The incident is about container instances, and ECS adds none."""
    return needs_instances(stage) or ("ECS adds instances" if pools(stage) else None)


def needs_scaling(stage: Stage) -> str | None:
    """ECS must add instances when they are needed."""
    return None if pools(stage) else "no capacity provider adds instances"


def pools(stage: Stage) -> list[Pool]:
    """Return the capacity providers of the service to which ECS adds instances."""
    names = (i["capacityProvider"] for i in stage.service.raw.get("capacityProviderStrategy") or [])
    found = (stage.world.capacity.pool_of(stage.cluster, str(name)) for name in names)
    return [pool for pool in found if pool is not None]


def needs_check(field: str, words: str) -> Callable[[Stage], str | None]:
    """Only a requested check can notice the incident.

    Args:
        field: The field of `Requested`.
        words: The name of the check, such as `http check`.
    """

    def inapplicable(stage: Stage) -> str | None:
        return None if getattr(stage.checks, field) else f"no {words} is requested"

    return inapplicable


def all_of(*needs: Callable[[Stage], str | None]) -> Callable[[Stage], str | None]:
    """All of these conditions must be met."""

    def inapplicable(stage: Stage) -> str | None:
        return next((why for need in needs if (why := need(stage)) is not None), None)

    return inapplicable


def needs_bake(stage: Stage) -> str | None:
    """The incident happens while the canary bakes."""
    return None if stage.timeouts.bake_s else "no bake is requested"


def needs_bake_after(stage: Stage) -> str | None:
    """The incident happens while the service bakes."""
    return None if stage.timeouts.bake_after_s else "no bake after the promotion is requested"


needs_approval = needs_check("approve", "approval")


_SEVERAL = 2


def wants_several(stage: Stage) -> str | None:
    """The service must have several tasks to lose."""
    return None if stage.service.desired >= _SEVERAL else "the service wants no second task"


def needs_tasks(stage: Stage) -> str | None:
    """The desired count must be at least one."""
    return None if stage.service.desired else "the service wants no task"


def needs_desired_count(stage: Stage) -> str | None:
    """The incident is about the desired count, which a DAEMON service doesn't have."""
    return "it runs one task on each instance" if stage.service.daemon else None


def forbidden(stage: Stage) -> tuple[str, str] | None:
    """Return the container, and a line that a logs check forbids; None without such a check."""
    for logs in stage.checks.logs:
        for pattern in logs.must_not:
            line = sample(pattern)
            if line is not None:
                return stage.container_of(logs), line
    return None


def needs_forbidden_line(stage: Stage) -> str | None:
    """Only a logs check that forbids a line can notice the incident."""
    if not any(logs.must_not for logs in stage.checks.logs):
        return "no logs check that forbids a line is requested"
    return None if forbidden(stage) else "no sample line matches what is forbidden"
