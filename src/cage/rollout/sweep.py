"""Find the canaries of dead rollouts in a cluster, and remove them."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from cage.canary import leases
from cage.canary.orphans import Orphans
from cage.context import Context
from cage.model import events, identity
from cage.model.errors import AwsError
from cage.model.targets import Registration
from cage.model.tasks import Task
from cage.options.timeouts import Timeouts
from cage.runtime import clock

_TOLD_AS = "%Y-%m-%d %H:%M:%S UTC"


@dataclasses.dataclass(frozen=True, slots=True)
class Orphan:
    """A canary task that was found.

    Attributes:
        alive: Whether its rollout must be assumed to be alive.
        registrations: The targets that it is registered as.
    """

    task: Task
    orphans: Orphans
    alive: bool
    registrations: tuple[Registration, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Swept:
    """The outcome for each canary that was found.

    Attributes:
        alive: The canaries of live rollouts, which stay.
        left: The canaries of dead rollouts that could not be removed.
    """

    alive: tuple[Task, ...]
    removed: tuple[Task, ...]
    left: tuple[Task, ...]


async def find(context: Context, timeouts: Timeouts | None = None) -> tuple[Orphan, ...]:
    """Find and report all canary tasks of a service, or of all services of a cluster.

    Raises:
        NotFoundError: ECS reports the service as MISSING, and lists no canary of it.
        AwsError: AWS refused, or didn't answer.
    """
    timeouts = timeouts or Timeouts()
    known: dict[str, Orphans] = {}
    found = []
    for task in await context.service.canaries():
        name = identity.service_of(task) or ""
        if name not in known:
            known[name] = await _orphans(context.at(name), timeouts)
        found.append(await _orphan(task, known[name]))
    if not found and context.place.service:
        await context.service.require()
    return tuple(found)


async def _orphans(context: Context, timeouts: Timeouts) -> Orphans:
    service = await context.service.describe()
    if service is None:
        context.notice(
            f"service {context.place.service} was deleted, so its canary can't be looked for in "
            "target groups"
        )
    return await Orphans.of(
        context,
        *((service,) if service else ()),
        longest_rollout_s=timeouts.longest_s,
        stopped_timeout_s=timeouts.stopped_s,
    )


async def _orphan(task: Task, orphans: Orphans) -> Orphan:
    until = orphans.alive_until(task)
    registrations = await orphans.registrations(task)
    left_s = (until - clock.now()).total_seconds()
    unbelievable = left_s > identity.LEASE_S + leases.CLOCKS_DIFFER_S
    alive = left_s > 0 and (identity.lease_until(task) is None or not unbelievable)
    orphans.context.tell(
        events.CanaryFound(
            task_arn=task.arn,
            started_by_rollout=identity.rollout_of(task),
            since=_told(task.created_at),
            alive=alive,
            alive_until=_told(until),
            targets=tuple(str(r) for r in registrations),
        )
    )
    return Orphan(task, orphans, alive, registrations)


def _told(moment: datetime | None) -> str:
    return f"{moment:{_TOLD_AS}}" if moment else "at an unknown time"


async def remove(context: Context, found: tuple[Orphan, ...], *, dry: bool = False) -> Swept:
    """Remove the canaries of dead rollouts; those of live rollouts are never touched.

    Each is checked again first: its rollout might have shown a sign of life since, or have
    removed it. A canary that can't be removed is reported, and the others are still removed.

    Args:
        context: The context that the sweep runs in.
        found: The canaries that were found, whichever rollout they belong to.
        dry: Remove nothing.
    """
    alive = [f.task for f in found if f.alive]
    removed: list[Task] = []
    left = [f for f in found if not f.alive]
    with context.interruption.work():
        if not dry:
            await _watched(context, left)
        for one in () if dry else tuple(left):
            orphan = dataclasses.replace(one, orphans=one.orphans.within(context))
            if await _alive_after_all(orphan):
                alive.append(one.task)
            elif await _removed(orphan):
                removed.append(one.task)
            else:
                continue
            left.remove(one)
    context.tell(events.SweepFinished(len(found), len(alive), len(removed), len(left)))
    return Swept(tuple(alive), tuple(removed), tuple(f.task for f in left))


async def _watched(context: Context, dead: list[Orphan]) -> None:
    """Give every rollout that could be alive the time to renew its lease, whatever clocks show."""
    untils = [until for one in dead if (until := identity.lease_until(one.task)) is not None]
    watch_s = max((leases.watch_s(until, clock.now()) for until in untils), default=0.0)
    if watch_s:
        context.tell(events.WaitStarted("other rollouts to show whether they are alive", watch_s))
        await clock.sleep(watch_s)


async def _alive_after_all(orphan: Orphan) -> bool:
    """Return whether a canary's rollout has shown a sign of life since it was found."""
    context = orphan.orphans.context
    try:
        now = await context.service.task(orphan.task.arn)
    except AwsError:
        return False  # removing it then reports the error
    if now is None or identity.lease_until(now) == identity.lease_until(orphan.task):
        return False
    context.notice(f"canary task {now.id} has a new lease, so it is kept")
    return True


async def _removed(orphan: Orphan) -> bool:
    task, context = orphan.task, orphan.orphans.context
    title = f"remove canary task {task.id[:12]} of {context.place.service}"
    context.tell(events.StepStarted(events.Step.CLEAN_UP, title))
    try:
        await orphan.orphans.remove(task)
    except AwsError as error:
        stop = f"aws ecs stop-task {context.place.in_cluster} --task {task.arn}"
        left = (
            *(f"target {r}" for r in orphan.registrations),
            f"canary task {task.id}: {stop}",
        )
        context.tell(events.CleanUpFailed(error.what, left))
        return False
    return True
