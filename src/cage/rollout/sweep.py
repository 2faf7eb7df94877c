"""Finding the canaries of dead rollouts in a cluster, and taking them away."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from cage.canary import identity, orphans
from cage.canary.orphans import Surroundings
from cage.model import events
from cage.model.errors import AwsError
from cage.model.services import LoadBalancer
from cage.model.targets import Registration
from cage.model.tasks import Task
from cage.options.request import Timeouts
from cage.ports.gateway import Gateway
from cage.runtime import clock
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal

_TOLD_AS = "%Y-%m-%d %H:%M:%S UTC"


@dataclasses.dataclass(frozen=True, slots=True)
class Leftover:
    """A canary task that was found.

    Attributes:
        alive: Whether its rollout must be taken for alive.
        registrations: The targets that it is registered as.
    """

    task: Task
    service: str
    around: Surroundings
    alive: bool
    registrations: tuple[Registration, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Swept:
    """What became of the canaries that were found.

    Attributes:
        alive: Those of live rollouts, which stay.
        left: Those of dead rollouts that are still there.
    """

    alive: tuple[Task, ...]
    taken_away: tuple[Task, ...]
    left: tuple[Task, ...]


async def find(
    gateway: Gateway,
    cluster: str,
    service: str | None,
    journal: Journal,
    timeouts: Timeouts | None = None,
) -> tuple[Leftover, ...]:
    """Find and tell all canary tasks of a service, or of all services of a cluster.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    timeouts = timeouts or Timeouts()
    known: dict[str, Surroundings] = {}
    found = []
    for task in await orphans.find(gateway.ecs, cluster, service):
        name = identity.service_of(task) or ""
        about = journal.about(name)
        if name not in known:
            known[name] = await _surroundings(gateway, cluster, name, about, timeouts)
        found.append(await _leftover(gateway, task, name, known[name], about))
    return tuple(found)


async def _surroundings(
    gateway: Gateway, cluster: str, name: str, journal: Journal, timeouts: Timeouts
) -> Surroundings:
    service = await gateway.ecs.find_service(cluster, name)
    balancers: tuple[LoadBalancer, ...] = orphans.all_sides(service) if service else ()
    if service is None:
        journal.tell(
            events.Noticed(
                f"service {name} is gone, so its canary can't be looked for in target groups"
            )
        )
    return Surroundings(
        cluster=cluster,
        load_balancers=balancers,
        groups=await orphans.groups_of(gateway.target_groups, balancers),
        longest_rollout_s=timeouts.longest_s,
        stopped_timeout_s=timeouts.stopped_s,
    )


async def _leftover(
    gateway: Gateway, task: Task, service: str, around: Surroundings, journal: Journal
) -> Leftover:
    until = orphans.alive_until(task, around.longest_rollout_s, clock.now())
    registrations = await orphans.registrations(task, around, gateway.ecs, gateway.target_groups)
    alive = clock.now() < until
    journal.tell(
        events.CanaryFound(
            task_arn=task.arn,
            started_by_rollout=identity.rollout_of(task),
            since=_told(task.created_at),
            alive=alive,
            alive_until=_told(until),
            targets=tuple(str(r) for r in registrations),
        )
    )
    return Leftover(task, service, around, alive, registrations)


def _told(moment: datetime | None) -> str:
    return f"{moment:{_TOLD_AS}}" if moment else "at an unknown time"


async def take_away(
    gateway: Gateway,
    found: tuple[Leftover, ...],
    journal: Journal,
    interruption: Interruption | None = None,
    *,
    dry: bool = False,
) -> Swept:
    """Take away the canaries of dead rollouts; those of live ones are never touched.

    Each is looked at again before: its rollout may have shown a sign of life since, or have
    removed it. What can't be removed is told, and doesn't keep the others from it.

    Args:
        dry: Take nothing away.
    """
    interruption = interruption or Interruption()
    alive = [f.task for f in found if f.alive]
    taken: list[Task] = []
    left = [f for f in found if not f.alive]
    with interruption.work():
        for leftover in () if dry else tuple(left):
            about = journal.about(leftover.service)
            if await _alive_after_all(gateway, leftover, about):
                alive.append(leftover.task)
            elif await _taken_away(gateway, leftover, about, interruption):
                taken.append(leftover.task)
            else:
                continue
            left.remove(leftover)
    journal.tell(events.SweepFinished(len(found), len(alive), len(taken), len(left)))
    return Swept(tuple(alive), tuple(taken), tuple(f.task for f in left))


async def _alive_after_all(gateway: Gateway, leftover: Leftover, journal: Journal) -> bool:
    """Tell whether a canary's rollout has shown a sign of life since it was found."""
    arn, around = leftover.task.arn, leftover.around
    try:
        now = (await gateway.ecs.describe_tasks(around.cluster, [arn])).get(arn)
    except AwsError:
        return False  # taking it away then tells the error
    if now is None or orphans.alive_until(now, around.longest_rollout_s, clock.now()) <= (
        clock.now()
    ):
        return False
    journal.tell(events.Noticed(f"canary task {now.id} has a new lease by now; it stays"))
    return True


async def _taken_away(
    gateway: Gateway, leftover: Leftover, journal: Journal, interruption: Interruption
) -> bool:
    task, around = leftover.task, leftover.around
    journal.tell(
        events.StepStarted(
            events.Step.CLEAN_UP, f"take away canary task {task.id[:12]} of {leftover.service}"
        )
    )
    try:
        await orphans.take_away(
            task, around, gateway.ecs, gateway.target_groups, journal, interruption
        )
    except AwsError as error:
        stop = f"aws ecs stop-task --cluster {around.cluster} --task {task.arn}"
        left = (
            *(f"target {r}" for r in leftover.registrations),
            f"canary task {task.id}: {stop}",
        )
        journal.tell(events.CleanUpFailed(error.what, left))
        return False
    return True
