"""Canary tasks that are there, whoever started them: found, judged, taken away."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta

from cage.canary import identity, reused_targets, targets
from cage.canary.retirement import Retirement
from cage.model import events
from cage.model.errors import AwsError, NotFoundError
from cage.model.services import LoadBalancer, Service
from cage.model.targets import Registration, TargetGroup
from cage.model.tasks import Task
from cage.ports.ecs import Ecs
from cage.ports.target_groups import TargetGroups
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """Where canary tasks of one service are, and what they may be registered in.

    Attributes:
        groups: Target groups by ARN; a load balancer whose group isn't there is left out.
        longest_rollout_s: How long a rollout may take, for canaries that carry no lease.
        stopped_timeout_s: How long a task may take to stop.
    """

    cluster: str
    load_balancers: tuple[LoadBalancer, ...]
    groups: Mapping[str, TargetGroup]
    longest_rollout_s: float
    stopped_timeout_s: float


async def find(ecs: Ecs, cluster: str, service: str | None = None) -> list[Task]:
    """Return the canary tasks that aren't stopping, of one service or of a whole cluster.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    started_by = identity.started_by(service) if service is not None else None
    arns = await ecs.list_tasks(cluster, started_by=started_by)
    known = await ecs.describe_tasks(cluster, arns) if arns else {}
    found = [t for t in known.values() if not t.stopping and identity.service_of(t)]
    return [t for t in found if service is None or identity.service_of(t) == service]


async def find_stopped(ecs: Ecs, cluster: str, service: str) -> list[Task]:
    """Return the canary tasks of a service that are stopping, or stopped within the last hour.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    arns = await ecs.list_tasks(cluster, started_by=identity.started_by(service), stopped=True)
    known = await ecs.describe_tasks(cluster, arns) if arns else {}
    return [t for t in known.values() if t.stopping and identity.service_of(t) == service]


def all_sides(*services: Service) -> tuple[LoadBalancer, ...]:
    """Return the services' load balancers, one entry for each target group."""
    found = {
        dataclasses.replace(balancer, target_group_arn=arn): None
        for service in services
        for balancer in service.load_balancers
        for arn in balancer.sides
    }
    return tuple(found)


def alive_until(task: Task, longest_rollout_s: float, now: datetime) -> datetime:
    """Return until when the task's rollout must be taken for alive: by its lease, or its age.

    Without tags, only the longest that a rollout may take tells the dead from the living.
    """
    until = identity.lease_until(task)
    if until is None:
        until = (task.created_at or now) + timedelta(seconds=longest_rollout_s)
    return until


async def groups_of(
    target_groups: TargetGroups, balancers: tuple[LoadBalancer, ...]
) -> dict[str, TargetGroup]:
    """Return the target groups that are still there, by ARN.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    found: dict[str, TargetGroup] = {}
    for arn in dict.fromkeys(b.target_group_arn for b in balancers):
        with contextlib.suppress(NotFoundError):
            found |= await target_groups.describe([arn])
    return found


async def take_away(
    task: Task,
    around: Surroundings,
    ecs: Ecs,
    target_groups: TargetGroups,
    journal: Journal,
    interruption: Interruption,
) -> None:
    """Deregister, drain and stop a dead rollout's canary.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    retirement = Retirement(
        cluster=around.cluster,
        task=task,
        registrations=await registrations(task, around, ecs, target_groups),
        took_traffic=True,
        stopped_timeout_s=around.stopped_timeout_s,
        reason="left by a cage rollout that is dead",
    )
    await retirement.run(ecs, target_groups, journal, interruption)
    journal.tell(events.CanarySwept(task.arn, identity.rollout_of(task)))


_DRAINING = frozenset({"draining", "unhealthy.draining"})


async def registrations(
    task: Task,
    around: Surroundings,
    ecs: Ecs,
    target_groups: TargetGroups,
    *,
    but: frozenset[str] = frozenset(),
) -> tuple[Registration, ...]:
    """Find out where a dead rollout's canary is registered: by its address, in each group.

    Args:
        but: States of targets that are left out.
    """
    if not around.load_balancers:
        return ()
    try:
        revision = await ecs.describe_revision(task.revision_arn)
    except NotFoundError:
        return ()
    instance_id = None
    if task.container_instance_arn:
        instance = await ecs.find_container_instance(around.cluster, task.container_instance_arn)
        instance_id = instance.ec2_instance_id if instance else None
    found: dict[Registration, None] = {}
    for balancer in around.load_balancers:
        if balancer.target_group_arn not in around.groups:
            continue
        target = targets.registrations(task, (balancer,), revision, around.groups, instance_id)
        if not isinstance(target, str):
            found |= dict.fromkeys(target)
    listed = []
    for registration in found:
        try:
            health = await target_groups.health(registration.target_group.arn)
        except AwsError:
            listed.append(registration)
            continue
        seen = health.get(registration.target)
        if seen is not None and seen.state not in but:
            listed.append(registration)
    return tuple(listed)


async def still_registered(
    task: Task, around: Surroundings, ecs: Ecs, target_groups: TargetGroups
) -> bool:
    """Tell whether a stopped canary's target is registered, is nobody else's, and doesn't drain.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    found = await registrations(task, around, ecs, target_groups, but=_DRAINING)
    own = frozenset(registration.target for registration in found)
    return bool(own - await reused_targets.inherited(ecs, around.cluster, task, own))
