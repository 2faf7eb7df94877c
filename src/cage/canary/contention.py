"""Canary tasks of other rollouts: the live ones are left alone, the dead ones swept."""

from __future__ import annotations

from cage.canary import identity, orphans
from cage.canary.orphans import Surroundings
from cage.model import events
from cage.model.errors import BusyError
from cage.model.tasks import Task
from cage.ports.ecs import Ecs
from cage.ports.target_groups import TargetGroups
from cage.runtime import clock
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from cage.runtime.polling import Late, Pace, Wait

_AGREED_S = 10.0
"""How long ECS's reads may lag behind two writers' tags before both see the same ones."""


async def sweep(
    service: str,
    around: Surroundings,
    ecs: Ecs,
    target_groups: TargetGroups,
    journal: Journal,
    interruption: Interruption,
) -> bool:
    """Take away every canary task of the service that a dead rollout left.

    Returns whether there was one: then time has passed, and the service is to be looked at
    again.

    A canary whose lease hasn't run out may belong to a live rollout: this waits until the
    lease runs out or is renewed.

    Raises:
        BusyError: Another rollout of the service is alive.
        AwsError: AWS refused, or didn't answer.
    """
    found = await orphans.find(ecs, around.cluster, service)
    for task in found:
        await require_dead(task, around.cluster, around.longest_rollout_s, ecs, journal)
    for task in found:
        left_by = identity.rollout_of(task)
        journal.tell(
            events.Noticed(f"canary task {task.id} was left by {left_by}; it is taken away first")
        )
        await orphans.take_away(task, around, ecs, target_groups, journal, interruption)
    return bool(found)


async def require_dead(
    task: Task, cluster: str, longest_rollout_s: float, ecs: Ecs, journal: Journal
) -> None:
    """Return once the task's rollout is known to be dead; it may take as long as a lease.

    Args:
        longest_rollout_s: How long a rollout may take, for canaries that carry no lease.

    Raises:
        BusyError: It is alive.
        AwsError: AWS refused, or didn't answer.
    """
    until = orphans.alive_until(task, longest_rollout_s, clock.now())
    if clock.now() >= until:
        return
    if identity.lease_until(task) is None:
        raise _in_progress(task, f"no lease says whether it is alive before {until:%H:%M:%S} UTC")
    left_s = (until - clock.now()).total_seconds()
    journal.tell(events.WaitStarted("another rollout to show whether it is alive", left_s))

    async def look() -> Task | bool | None:
        seen = (await ecs.describe_tasks(cluster, [task.arn])).get(task.arn)
        if seen is None or seen.stopping:
            return True
        renewed = identity.lease_until(seen)
        return seen if renewed is not None and renewed > until else None

    seen = await Wait(look, clock.Deadline.after(left_s + 2), Pace(identity.RENEW_S)).result()
    if isinstance(seen, Late) and seen.last_error is not None:
        raise seen.last_error
    if isinstance(seen, Task):
        renewed = identity.lease_until(seen) or until
        raise _in_progress(seen, f"it renews its lease, now until {renewed:%H:%M:%S} UTC")


async def give_way(own: Task, service: str, cluster: str, ecs: Ecs) -> Task:
    """Give way to another live rollout of the service whose canary is older than our own.

    Two that started in the same second didn't see each other then; one of them is the elder
    for both. Returns our own canary as it is now.

    Raises:
        BusyError: There is an elder one.
        AwsError: AWS refused, or didn't answer.
    """
    now = clock.now()
    mine = (own.created_at or now, own.arn)
    found = await orphans.find(ecs, cluster, service)
    for task in found:
        until = identity.lease_until(task)
        alive = until is not None and now < until
        if alive and task.arn != own.arn and (task.created_at or now, task.arn) < mine:
            raise _in_progress(task, "it began before ours, so ours gives way")
    return next((task for task in found if task.arn == own.arn), own)


async def take_over(task: Task, rollout_id: str, cluster: str, ecs: Ecs) -> None:
    """Take a dead rollout's canary over: from now on its lease is ours to renew.

    Of several that do so at once the last to write wins, for all of them. A task without tags
    is nobody's.

    Raises:
        BusyError: Somebody else took it over.
        AwsError: AWS refused, or didn't answer.
    """
    if identity.ROLLOUT_TAG not in task.tags:
        return
    await ecs.tag_task(task.arn, identity.LEASE_TAG, identity.lease(clock.now()))
    await ecs.tag_task(task.arn, identity.ROLLOUT_TAG, rollout_id)
    await clock.sleep(_AGREED_S)
    seen = (await ecs.describe_tasks(cluster, [task.arn])).get(task.arn)
    if seen is not None and seen.tags.get(identity.ROLLOUT_TAG) not in {
        rollout_id,
        task.tags[identity.ROLLOUT_TAG],
    }:
        raise _in_progress(seen, "it took the canary over when ours did")


def _in_progress(task: Task, why: str) -> BusyError:
    rollout = task.tags.get(identity.ROLLOUT_TAG, "without a name")
    since = f" since {task.created_at:%Y-%m-%d %H:%M:%S} UTC" if task.created_at else ""
    return BusyError(
        f"Another rollout of this service ({rollout}) has a canary running{since}.",
        f"Its canary is task {task.id}; {why}.",
        "Wait until it ends. If it is dead, its lease runs out within 90 s: then cage resume "
        "carries on with it, and a new rollout removes its canary.",
    )
