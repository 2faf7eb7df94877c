"""Canary tasks of other rollouts: the live ones are left alone, the dead ones swept."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from cage import clock, events
from cage.canary import identity, targets
from cage.canary.retirement import Retirement
from cage.errors import AwsError, NotFoundError, RefusedError
from cage.events import Journal
from cage.gateway import Ecs, TargetGroups
from cage.interruption import Interruption
from cage.model import Registration, Service, TargetGroup, Task
from cage.polling import Late, Wait


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """Where to look for canary tasks, and what they may be registered in."""

    cluster: str
    service: Service
    groups: dict[str, TargetGroup]
    longest_rollout_s: float
    stopped_timeout_s: float


async def sweep(
    around: Surroundings,
    ecs: Ecs,
    target_groups: TargetGroups,
    journal: Journal,
    interruption: Interruption,
) -> None:
    """Take away every canary task of the service that a dead rollout left.

    A canary whose lease hasn't run out may belong to a live rollout: this waits until the
    lease runs out or is renewed.

    Raises:
        RefusedError: Another rollout of the service is alive.
        AwsError: AWS refused, or didn't answer.
    """
    found = await _canaries(around, ecs)
    for task in found:
        await _require_dead(task, around, ecs, journal)
    for task in found:
        left_by = task.tags.get(identity.ROLLOUT_TAG, "an unknown rollout")
        journal.tell(
            events.Noticed(f"canary task {task.id} was left by {left_by}; it is taken away first")
        )
        retirement = Retirement(
            cluster=around.cluster,
            task_arn=task.arn,
            registrations=await _registrations(task, around, ecs, target_groups),
            took_traffic=True,
            stopped_timeout_s=around.stopped_timeout_s,
            reason="left by a cage rollout that is dead",
        )
        await retirement.run(ecs, target_groups, journal, interruption)
        journal.tell(events.CanarySwept(task.arn, left_by))


async def _canaries(around: Surroundings, ecs: Ecs) -> list[Task]:
    name = around.service.name
    arns = await ecs.list_tasks(around.cluster, started_by=identity.started_by(name))
    if not arns:
        return []
    known = await ecs.describe_tasks(around.cluster, arns)
    return [t for t in known.values() if t.group == identity.group(name) and not t.stopping]


async def _require_dead(task: Task, around: Surroundings, ecs: Ecs, journal: Journal) -> None:
    """Return once the task's rollout is known to be dead; it may take as long as a lease."""
    until = identity.lease_until(task)
    if until is None:
        # Without tags, only the longest that a rollout may take tells the dead from the living.
        until = (task.created_at or clock.now()) + timedelta(seconds=around.longest_rollout_s)
        if clock.now() < until:
            raise _in_progress(
                task, f"no lease says whether it is alive before {until:%H:%M:%S} UTC"
            )
    if clock.now() >= until:
        return
    left_s = (until - clock.now()).total_seconds()
    journal.tell(events.WaitStarted("another rollout to show whether it is alive", left_s))

    async def look() -> Task | bool | None:
        seen = (await ecs.describe_tasks(around.cluster, [task.arn])).get(task.arn)
        if seen is None or seen.stopping:
            return True
        renewed = identity.lease_until(seen)
        return seen if renewed is not None and renewed > until else None

    seen = await Wait(look, clock.Deadline.after(left_s + 2), expected_s=identity.RENEW_S).result()
    if isinstance(seen, Late) and seen.last_error is not None:
        raise seen.last_error
    if isinstance(seen, Task):
        raise _in_progress(task, "it renews its lease, so it is alive")


def _in_progress(task: Task, why: str) -> RefusedError:
    rollout = task.tags.get(identity.ROLLOUT_TAG, "without a name")
    since = f" since {task.created_at:%Y-%m-%d %H:%M:%S} UTC" if task.created_at else ""
    return RefusedError(
        f"Another rollout of this service ({rollout}) has a canary running{since}.",
        f"Its canary is task {task.id}; {why}.",
        "Wait until it ends. If you know that it is dead, stop its task and run this again.",
    )


async def _registrations(
    task: Task, around: Surroundings, ecs: Ecs, target_groups: TargetGroups
) -> tuple[Registration, ...]:
    """Find out where a dead rollout's canary is registered: by its address, in each group."""
    if not around.service.load_balancers:
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
    for balancer in around.service.load_balancers:
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
        if registration.target in health:
            listed.append(registration)
    return tuple(listed)
