"""Decide what a rolling deployment starts and stops next. Pure: it has no side effects.

Source: ECS API reference, DeploymentConfiguration: minimumHealthyPercent rounds up,
maximumPercent rounds down.
"""

from __future__ import annotations

import dataclasses
import math

from ecs_simulator.world import early_success
from ecs_simulator.world.service_entities import SimDeployment, SimService
from ecs_simulator.world.task_entities import SimTask

SETTLED = frozenset({"STOPPING", "DEPROVISIONING", "STOPPED"})
"""The states of a task that has left its target groups."""


def lower(service: SimService) -> int:
    """Return how many healthy tasks must remain."""
    return math.ceil(service.desired * service.percent("minimumHealthyPercent") / 100)


def upper(service: SimService) -> int:
    """Return how many tasks can be pending and running."""
    return math.floor(service.desired * service.percent("maximumPercent") / 100)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a service stands.

    Attributes:
        mine: Tasks of the PRIMARY deployment that must stay.
        old: Tasks of other deployments, or on an instance that is being drained.
        condemned: Tasks that fail their health checks, and must be replaced.
        well: Ids of the tasks that count as healthy.
        fit: Ids of the tasks that can replace an unhealthy one.
        draining: How many tasks that stop still take room.
        protected: Ids of the tasks that must not be stopped; they can only end.
        enough: How many healthy tasks of the PRIMARY deployment make the old ones useless.
    """

    service: SimService
    mine: list[SimTask]
    old: list[SimTask]
    condemned: list[SimTask]
    well: frozenset[str]
    fit: frozenset[str]
    protected: frozenset[str]
    draining: int
    enough: int

    @property
    def alive(self) -> int:
        """How many tasks aren't stopping or stopped."""
        return len(self.mine) + len(self.old) + len(self.condemned)

    @property
    def room(self) -> int:
        """How many tasks can be started before the maximum is reached."""
        return max(0, upper(self.service) - self.alive - self.draining)

    @property
    def missing(self) -> int:
        """How many tasks of the PRIMARY deployment are still wanted."""
        return max(0, self.service.desired - len(self.mine))

    @property
    def startable(self) -> int:
        """How many tasks of the PRIMARY deployment can be started now."""
        return min(self.missing, self.room)

    @property
    def needed(self) -> int:
        """How many old tasks are needed until enough new ones are healthy."""
        return max(0, self.enough - sum(1 for t in self.mine if t.id in self.well))


def standing(
    service: SimService,
    primary: SimDeployment,
    well: frozenset[str],
    fit: frozenset[str],
    protected: frozenset[str] = frozenset(),
) -> Standing:
    """Sort a service's tasks by whether they must stay.

    *Unknown*: whether a task that is being drained takes room under maximumPercent. The API
    reference says that tasks in RUNNING or PENDING do. In published logs of services whose
    maximum is 100, the next task was started 50 s after one was stopped, which is after its
    drain (2020 and later), and once after 0.85 s. Here it takes room until it is STOPPING.
    """
    mine, old, condemned = [], [], []
    draining = 0
    for task in service.tasks:
        if task.stopping:
            draining += task.last_status == "DEACTIVATING"
        elif task.condemned:
            condemned.append(task)
        elif task.deployment_id == primary.id and not _drained(task):
            mine.append(task)
        else:
            old.append(task)
    needed = early_success.enough(service, primary)
    return Standing(service, mine, old, condemned, well, fit, protected, draining, needed)


def _drained(task: SimTask) -> bool:
    return task.instance is not None and task.instance.status == "DRAINING"


def replacements(now: Standing, primary: SimDeployment) -> list[tuple[SimDeployment, int]]:
    """Return how many lost old tasks must be replaced by tasks of the same revision.

    Source: AWS What's New, November 2025, "Amazon ECS improves service availability during
    rolling deployments": regardless of the new revision's outcome. *Unknown*: how many, if the
    maximum has no room for all tasks of both revisions. Here: up to the minimum, the level
    that the deployment itself would go down to. One task of the new revision comes first:
    otherwise an old revision whose tasks keep dying could never be replaced.
    """
    comes = any(task.id not in now.well for task in now.mine)
    found, room = [], now.room - (1 if now.missing and not comes else 0)
    most = max(lower(now.service), upper(now.service) - now.service.desired)
    for deployment in now.service.deployments:
        if deployment is primary or deployment.rollout_state != "COMPLETED":
            continue
        have = sum(1 for t in now.old if t.deployment_id == deployment.id)
        count = min(room, min(deployment.wanted, now.needed, most) - have)
        if count > 0:
            room -= count
            found.append((deployment, count))
    return found


def expendable(now: Standing, starting: int) -> SimTask | None:
    """Return the unhealthy task to stop next: one that has a replacement, or makes room for it.

    Source: ECS developer guide, "Amazon ECS services": a replacement is started first; where
    maximumPercent leaves no room for one, unhealthy tasks are stopped one by one.

    Args:
        starting: How many tasks are being started right now.
    """
    pending = sum(1 for t in (*now.mine, *now.old) if t.id not in now.fit)
    if len(now.condemned) <= pending + starting:
        return None
    return min(now.condemned, key=lambda t: t.created_s)


def surplus(now: Standing, *, failed: bool) -> list[SimTask]:
    """Return the tasks to stop now, never below the minimum healthy count.

    Old tasks that serve no traffic are stopped first. Old tasks that serve are stopped as
    new ones replace them. They are stopped earlier only if there isn't room to start the new
    ones (the guide says that the scheduler *might* stop tasks early, to free capacity).

    Args:
        failed: Whether the PRIMARY deployment failed: then old tasks that serve stay.
    """
    service = now.service
    spare = len(now.well) - lower(service)
    old_well = [t for t in now.old if t.id in now.well]
    doomed = [t for t in _useless(now, len(old_well)) if t.id not in now.protected]
    free = [t for t in old_well if t.id not in now.protected]
    blocked = now.missing > 0 and (not now.room or service.unplaced)
    replaced = len(old_well) - now.needed
    wanted = max(replaced, now.missing if blocked else 0)
    if not failed:
        doomed += free[: max(0, min(wanted, spare))]
    spare -= sum(1 for t in doomed if t.id in now.well)
    extra = len(now.mine) - service.desired
    if extra > 0:
        mine = sorted(now.mine, key=lambda t: t.created_s)
        doomed += _spared([t for t in mine if t.id not in now.protected], now, spare)[:extra]
    return doomed


def _spared(tasks: list[SimTask], now: Standing, spare: int) -> list[SimTask]:
    """Return the first tasks that can be stopped if `spare` healthy ones can."""
    found = []
    for task in tasks:
        if task.id in now.well:
            spare -= 1
        if task.id not in now.well or spare >= 0:
            found.append(task)
    return found


def _useless(now: Standing, serving: int) -> list[SimTask]:
    """Return the old tasks that serve no traffic, except replacements of tasks that did."""
    good = {d.id for d in now.service.deployments if d.rollout_state == "COMPLETED"}
    waited_for = max(0, now.needed - serving)
    found = []
    for task in now.old:
        if task.id in now.well:
            continue
        if waited_for and task.deployment_id in good and not _drained(task):
            waited_for -= 1
        else:
            found.append(task)
    return found


def held(now: Standing) -> int:
    """Return how many tasks stay only because they are protected."""
    old = [t for t in now.old if t.id in now.protected]
    extra = max(0, len(now.mine) - now.service.desired)
    mine = sum(1 for t in now.mine if t.id in now.protected)
    replaced = not now.needed
    return (len(old) if replaced else 0) + min(extra, mine)


def deadlocked(now: Standing) -> bool:
    """Return whether the percents leave nothing to start and nothing to stop, forever.

    Nothing in progress could change that: every task is healthy, and every old one is
    needed for the minimum healthy count.
    """
    settled = len(now.well) == now.alive
    return bool(
        now.missing
        and now.old
        and settled
        and not now.startable
        and not now.service.unplaced
        and len(now.well) - lower(now.service) <= 0
        and not any(t.stopping for t in now.service.tasks)
    )
