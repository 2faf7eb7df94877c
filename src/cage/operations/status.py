"""What is going on with a service: deployments, targets, canaries, events. Reads only."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import datetime

from cage import clock
from cage.canary import identity, leftovers
from cage.errors import NotFoundError
from cage.model import Service, Task
from cage.operations.request import Gateway


@dataclasses.dataclass(frozen=True, slots=True)
class CanaryNow:
    """A canary task of the service.

    Attributes:
        rollout: The id of the rollout that started it.
        lease_until: Until when that rollout is known to be alive; None if it doesn't say.
        alive: Whether that is in the future; None if nobody knows.
    """

    task: Task
    rollout: str
    lease_until: datetime | None
    alive: bool | None


@dataclasses.dataclass(frozen=True, slots=True)
class Status:
    """A service as it is now.

    Attributes:
        health: For each target group ARN, how many targets are in each state; None where
            the group is gone.
    """

    at: datetime
    service: Service
    health: dict[str, dict[str, int] | None]
    canaries: tuple[CanaryNow, ...]

    @property
    def steady(self) -> bool:
        """Whether the service runs all its tasks, on one completed deployment."""
        primary = self.service.primary
        return (
            primary is not None
            and primary.rollout_state in {"COMPLETED", None}
            and len(self.service.deployments) == 1
            and self.service.running_count == self.service.desired_count
            and primary.pending_count == 0
        )


async def look(gateway: Gateway, cluster: str, name: str) -> Status:
    """Look at a service once.

    Raises:
        NotFoundError: There is no such service.
        AwsError: AWS refused, or didn't answer.
    """
    service = await gateway.ecs.find_service(cluster, name)
    if service is None:
        raise NotFoundError(
            f"There is no service {name} in cluster {cluster}.",
            "ECS calls it MISSING.",
            "Check --service, --cluster and --region.",
            operation="DescribeServices",
            code="ServiceNotFoundException",
        )
    health: dict[str, dict[str, int] | None] = {}
    for arn in dict.fromkeys(b.target_group_arn for b in service.load_balancers):
        try:
            targets = await gateway.target_groups.health(arn)
        except NotFoundError:
            health[arn] = None
            continue
        health[arn] = dict(sorted(Counter(t.state for t in targets.values()).items()))
    tasks = await leftovers.find(gateway.ecs, cluster, service.name)
    now = clock.now()
    return Status(now, service, health, tuple(_canary(task, now) for task in tasks))


def _canary(task: Task, now: datetime) -> CanaryNow:
    until = identity.lease_until(task)
    alive = None if until is None else now < until
    return CanaryNow(task, identity.rollout_of(task), until, alive)
