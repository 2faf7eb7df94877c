"""To which services an incident can happen: each returns why it can't, or None."""

from __future__ import annotations

from collections.abc import Callable

from cage.rehearsal.samples import sample
from cage.rehearsal.stage import Stage


def anywhere(_stage: Stage) -> str | None:
    """It can happen to any service."""
    return None


def needs_load_balancer(stage: Stage) -> str | None:
    """Only a load balancer can notice it."""
    return None if stage.definition.get("loadBalancers") else "no load balancer"


def needs_instances(stage: Stage) -> str | None:
    """It is about container instances."""
    on_ec2 = stage.world.launch_type_of(stage.service.raw) == "EC2"
    return None if on_ec2 else "it doesn't run on container instances"


def needs_check(field: str, words: str) -> Callable[[Stage], str | None]:
    """Only a check that is asked for can notice it.

    Args:
        field: The field of `Requested`.
        words: What is asked for, such as `http check`.
    """

    def inapplicable(stage: Stage) -> str | None:
        return None if getattr(stage.checks, field) else f"no {words} is requested"

    return inapplicable


def all_of(*needs: Callable[[Stage], str | None]) -> Callable[[Stage], str | None]:
    """Everything of it is needed."""

    def inapplicable(stage: Stage) -> str | None:
        return next((why for need in needs if (why := need(stage)) is not None), None)

    return inapplicable


def needs_bake(stage: Stage) -> str | None:
    """It happens while the canary bakes."""
    return None if stage.timeouts.bake_s else "no bake is requested"


def needs_bake_after(stage: Stage) -> str | None:
    """It happens while the service bakes."""
    return None if stage.timeouts.bake_after_s else "no bake after the promotion is requested"


needs_approval = needs_check("approve", "approval")


_SEVERAL = 2


def wants_several(stage: Stage) -> str | None:
    """There must be several tasks to lose."""
    return None if stage.service.desired >= _SEVERAL else "the service wants no second task"


def needs_tasks(stage: Stage) -> str | None:
    """The service must want at least one task."""
    return None if stage.service.desired else "the service wants no task"


def needs_desired_count(stage: Stage) -> str | None:
    """It is about how many tasks are wanted, which no one says of a DAEMON service."""
    return "it runs one task on each instance" if stage.service.daemon else None


def forbidden(stage: Stage) -> tuple[str, str] | None:
    """Return the container and a line of what a logs check forbids; None if none is made."""
    for logs in stage.checks.logs:
        for pattern in logs.must_not:
            line = sample(pattern)
            if line is not None:
                return stage.container_of(logs), line
    return None


def needs_forbidden_line(stage: Stage) -> str | None:
    """Only a logs check that forbids a line can notice it."""
    if not any(logs.must_not for logs in stage.checks.logs):
        return "no logs check that forbids a line is requested"
    return None if forbidden(stage) else "no sample line matches what is forbidden"
