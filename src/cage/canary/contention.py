"""Canary tasks of other rollouts: live ones are left alone, dead ones are swept."""

from __future__ import annotations

from collections.abc import Container
from datetime import timedelta

from cage.canary import leases
from cage.canary.leaving import Leaving
from cage.canary.orphans import Orphans, alive_until
from cage.context import Context
from cage.model import events, identity
from cage.model.errors import BusyError
from cage.model.tasks import Task
from cage.runtime import clock
from cage.runtime.polling import Late, Pace, Wait

_AGREED_S = 10.0
"""How long ECS's reads can lag behind two writers' tags before both see the same ones."""


async def sweep(orphans: Orphans, leaving: Leaving) -> bool:
    """Begin to remove every canary task of the service that a dead rollout left.

    Returns whether there was one: if so, time has passed, and the service must be described
    again.

    A canary whose lease hasn't expired might belong to a live rollout: this waits until the
    lease expires or is renewed.

    Raises:
        BusyError: Another rollout of the service is alive.
        AwsError: AWS refused, or didn't answer.
    """
    context = orphans.context
    known = await context.service.canaries()
    found = [task for task in known if task.arn not in leaving.arns]
    for task in found:
        await require_dead(context, task, orphans.longest_rollout_s)
    for task in found:
        left_by = identity.rollout_of(task)
        context.notice(f"canary task {task.id} was left by {left_by}; it is removed")
        await leaving.begin(orphans, task)
    return bool(found)


async def require_dead(context: Context, task: Task, longest_rollout_s: float) -> None:
    """Return once the task's rollout is known to be dead; this can take as long as a lease.

    Whatever the clocks show, a lease that might be renewed is watched for one renewal.

    Args:
        longest_rollout_s: How long a rollout can take, for canaries that carry no lease.

    Raises:
        BusyError: The rollout is alive.
        AwsError: AWS refused, or didn't answer.
    """
    until = alive_until(task, longest_rollout_s)
    if identity.lease_until(task) is None:
        if clock.now() >= until:
            return
        unknown = f"it has no lease, so it might be alive until {until:%H:%M:%S} UTC"
        raise _in_progress(task, unknown)
    left_s = leases.watch_s(until, clock.now())
    if not left_s:
        return
    context.tell(events.WaitStarted("another rollout to show whether it is alive", left_s))

    async def look() -> Task | bool | None:
        seen = await context.service.task(task.arn)
        if seen is None or seen.stopping:
            return True
        renewed = identity.lease_until(seen)
        return seen if renewed is not None and renewed != until else None

    seen = await Wait(look, clock.Deadline.after(left_s + 2), Pace(identity.RENEW_S)).result()
    if isinstance(seen, Late) and seen.last_error is not None:
        raise seen.last_error
    if isinstance(seen, Task):
        renewed = identity.lease_until(seen) or until
        raise _in_progress(seen, f"it is renewing its lease, now until {renewed:%H:%M:%S} UTC")


async def give_way(context: Context, own: Task, dead: Container[str] = ()) -> Task:
    """Yield to another live rollout of the service whose canary is older than our own.

    Two rollouts that started in the same second didn't see each other then; both agree on which
    is older. Returns our own canary as it is now, which can have stopped.

    Args:
        dead: ARNs of canaries that are known to be of dead rollouts.

    Raises:
        BusyError: There is an older one.
        AwsError: AWS refused, or didn't answer.
    """
    now = clock.now()
    mine = (own.created_at or now, own.arn)
    found = await context.service.canaries()
    slack = timedelta(seconds=leases.CLOCKS_DIFFER_S)
    for task in found:
        until = identity.lease_until(task)
        alive = until is not None and now < until + slack and task.arn not in dead
        if alive and task.arn != own.arn and (task.created_at or now, task.arn) < mine:
            raise _in_progress(task, "it started before this one, so this one yields")
    listed = next((task for task in found if task.arn == own.arn), None)
    return listed or await context.service.task(own.arn) or own


async def take_over(context: Context, task: Task) -> None:
    """Take over a dead rollout's canary: from now on, its lease is ours to renew.

    If several do so at once, all of them agree that the last to write wins. A task without tags
    belongs to no one.

    Raises:
        BusyError: Someone else took it over.
        AwsError: AWS refused, or didn't answer.
    """
    if identity.ROLLOUT_TAG not in task.tags:
        return
    ours = context.journal.rollout_id
    await context.ecs.tag(task.arn, {identity.LEASE_TAG: identity.lease(clock.now())})
    await context.ecs.tag(task.arn, {identity.ROLLOUT_TAG: ours})
    await clock.sleep(_AGREED_S)
    seen = await context.service.task(task.arn)
    known = {ours, task.tags[identity.ROLLOUT_TAG]}
    if seen is not None and seen.tags.get(identity.ROLLOUT_TAG) not in known:
        raise _in_progress(seen, "it took the canary over at the same time")


def _in_progress(task: Task, why: str) -> BusyError:
    rollout = task.tags.get(identity.ROLLOUT_TAG, "without a name")
    since = f" since {task.created_at:%Y-%m-%d %H:%M:%S} UTC" if task.created_at else ""
    return BusyError(
        f"Another rollout of this service ({rollout}) has a canary running{since}.",
        f"Its canary is task {task.id}; {why}.",
        f"If it is dead, its lease expires within {identity.LEASE_S:.0f} s. Then cage resume "
        "continues it, and a new rollout removes its canary.",
    )
