"""Canary tasks that someone else's rollout started: judge them, find their targets, remove them."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from cage.canary import reused_targets, targets
from cage.canary.retirement import Retirement
from cage.context import Context
from cage.model import events, identity
from cage.model.errors import AwsError, NotFoundError
from cage.model.services import LoadBalancer, Service
from cage.model.targets import Registration, TargetGroup
from cage.model.tasks import Task
from cage.ports.target_groups import TargetGroups
from cage.runtime import clock

_DRAINING = frozenset({"draining", "unhealthy.draining"})


@dataclasses.dataclass(frozen=True, slots=True)
class Orphans:
    """The canary tasks of one service, and the target groups they can be registered in.

    Attributes:
        groups: Target groups by ARN; a load balancer whose group was deleted is left out.
        longest_rollout_s: How long a rollout can take, for canaries that carry no lease.
        stopped_timeout_s: How long a task can take to stop.
    """

    context: Context
    load_balancers: tuple[LoadBalancer, ...]
    groups: Mapping[str, TargetGroup]
    longest_rollout_s: float
    stopped_timeout_s: float

    @classmethod
    async def of(
        cls,
        context: Context,
        *services: Service,
        longest_rollout_s: float,
        stopped_timeout_s: float,
        known: Mapping[str, TargetGroup] | None = None,
    ) -> Self:
        """Return the canary tasks of a service, in every shape that it has or will have.

        Args:
            known: Target groups that have already been described, by ARN.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        groups, balancers = dict(known or {}), all_sides(*services)
        unknown = tuple(b for b in balancers if b.target_group_arn not in groups)
        groups |= await groups_of(context.target_groups, unknown)
        return cls(context, balancers, groups, longest_rollout_s, stopped_timeout_s)

    def within(self, context: Context) -> Self:
        """Return the same for another context of the same cluster."""
        return dataclasses.replace(self, context=context.at(self.context.place.service))

    def alive_until(self, task: Task) -> datetime:
        """Return until when the task's rollout must be assumed to be alive."""
        return alive_until(task, self.longest_rollout_s)

    async def remove(self, task: Task) -> None:
        """Deregister, drain and stop a dead rollout's canary.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        await (await self.retirement(task)).run()
        self.context.tell(events.CanarySwept(task.arn, identity.rollout_of(task)))

    async def retirement(self, task: Task) -> Retirement:
        """Return the removal of a dead rollout's canary, which hasn't begun.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        return Retirement(
            context=self.context,
            task=task,
            registrations=await self.registrations(task),
            took_traffic=True,
            stopped_timeout_s=self.stopped_timeout_s,
            reason="left by a dead cage rollout",
        )

    async def registrations(
        self, task: Task, *, but: frozenset[str] = frozenset()
    ) -> tuple[Registration, ...]:
        """Find where a dead rollout's canary is registered: by its address, in each group.

        Args:
            but: States of targets that are left out.
        """
        listed = []
        for registration in await self._possible(task):
            try:
                group = registration.target_group.arn
                health = await self.context.target_groups.health(group)
            except AwsError:
                listed.append(registration)
                continue
            seen = health.get(registration.target)
            if seen is not None and seen.state not in but:
                listed.append(registration)
        return tuple(listed)

    async def _possible(self, task: Task) -> dict[Registration, None]:
        """Return the targets that the task is registered as, in each group."""
        if not self.load_balancers:
            return {}
        try:
            revision = await self.context.ecs.describe_revision(task.revision_arn)
        except NotFoundError:
            return {}
        instance_id = None
        if task.container_instance_arn:
            instance = await self.context.ecs.find_container_instance(
                self.context.place.cluster, task.container_instance_arn
            )
            instance_id = instance.ec2_instance_id if instance else None
        found: dict[Registration, None] = {}
        for balancer in self.load_balancers:
            if balancer.target_group_arn not in self.groups:
                continue
            target = targets.registrations(task, (balancer,), revision, self.groups, instance_id)
            if not isinstance(target, str):
                found |= dict.fromkeys(target)
        return found

    async def still_registered(self, task: Task) -> bool:
        """Return whether a stopped canary's own target is still registered, and not draining.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        found = await self.registrations(task, but=_DRAINING)
        own = frozenset(registration.target for registration in found)
        return bool(own - await reused_targets.reused(self.context, task, own))


def all_sides(*services: Service) -> tuple[LoadBalancer, ...]:
    """Return the services' load balancers, one entry for each target group."""
    found = {
        dataclasses.replace(balancer, target_group_arn=arn): None
        for service in services
        for balancer in service.load_balancers
        for arn in balancer.sides
    }
    return tuple(found)


def alive_until(task: Task, longest_rollout_s: float) -> datetime:
    """Return until when the task's rollout must be assumed to be alive: by its lease, or its age.

    Without tags, the only evidence of death is that the longest possible rollout is over.
    """
    until = identity.lease_until(task)
    if until is None:
        until = (task.created_at or clock.now()) + timedelta(seconds=longest_rollout_s)
    return until


async def groups_of(
    target_groups: TargetGroups, balancers: tuple[LoadBalancer, ...]
) -> dict[str, TargetGroup]:
    """Return the target groups that exist, by ARN.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    found: dict[str, TargetGroup] = {}
    for arn in dict.fromkeys(b.target_group_arn for b in balancers):
        with contextlib.suppress(NotFoundError):
            found |= await target_groups.describe([arn])
    return found
