"""What a rolling deployment starts and stops next. Pure: it decides, and does nothing.

Source: ECS API reference, DeploymentConfiguration: minimumHealthyPercent rounds up,
maximumPercent rounds down.
"""

from __future__ import annotations

import dataclasses
import math

from cage.simulator.world.things import SimDeployment, SimService, SimTask

SETTLED = frozenset({"STOPPING", "DEPROVISIONING", "STOPPED"})
"""What a task's state is once it has left its target groups."""


def lower(service: SimService) -> int:
    """Return how many healthy tasks must be left."""
    return math.ceil(service.desired * service.percent("minimumHealthyPercent") / 100)


def upper(service: SimService) -> int:
    """Return how many tasks may be pending and running."""
    return math.floor(service.desired * service.percent("maximumPercent") / 100)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a service stands.

    Attributes:
        mine: Tasks of the PRIMARY deployment that are to stay.
        old: Tasks of other deployments, or on an instance that is being drained.
        well: Ids of the tasks that count as healthy.
        protected: Ids of the tasks that nothing but their own end may stop.
    """

    service: SimService
    mine: list[SimTask]
    old: list[SimTask]
    well: frozenset[str]
    protected: frozenset[str]

    @property
    def alive(self) -> int:
        """How many tasks aren't on their way out."""
        return len(self.mine) + len(self.old)

    @property
    def missing(self) -> int:
        """How many tasks of the PRIMARY deployment are still wanted."""
        return max(0, self.service.desired - len(self.mine))

    @property
    def startable(self) -> int:
        """How many tasks may be started now."""
        return max(0, min(self.missing, upper(self.service) - self.alive))


def standing(
    service: SimService,
    primary: SimDeployment,
    well: frozenset[str],
    protected: frozenset[str] = frozenset(),
) -> Standing:
    """Sort a service's tasks by whether they are to stay."""
    alive = [t for t in service.tasks if not t.stopping]
    return Standing(
        service,
        [t for t in alive if t.deployment_id == primary.id and not _drained(t)],
        [t for t in alive if t.deployment_id != primary.id or _drained(t)],
        well,
        protected,
    )


def _drained(task: SimTask) -> bool:
    return task.instance is not None and task.instance.status == "DRAINING"


def surplus(now: Standing, *, failed: bool) -> list[SimTask]:
    """Return the tasks to stop now, never below the minimum healthy count.

    Old tasks that serve nobody go first. Old tasks that serve go as new ones take
    their place; ahead of that only where there is no room to start the new ones
    (the guide says that the scheduler *may* stop early, to free capacity).

    Args:
        failed: Whether the PRIMARY deployment failed: then old tasks that serve stay.
    """
    service = now.service
    spare = len(now.well) - lower(service)
    well_new = sum(1 for t in now.mine if t.id in now.well)
    doomed = [t for t in now.old if t.id not in now.well and t.id not in now.protected]
    old_well = [t for t in now.old if t.id in now.well]
    free = [t for t in old_well if t.id not in now.protected]
    blocked = now.missing > 0 and (now.alive >= upper(service) or service.unplaced)
    replaced = len(old_well) - max(0, service.desired - well_new)
    wanted = max(replaced, now.missing if blocked else 0)
    if not failed:
        doomed += free[: max(0, min(wanted, spare))]
    extra = len(now.mine) - service.desired
    if extra > 0:
        mine = sorted(now.mine, key=lambda t: t.created_s)
        doomed += [t for t in mine if t.id not in now.protected][:extra]
    return doomed


def held(now: Standing) -> int:
    """Return how many tasks stay only because they are protected."""
    old = [t for t in now.old if t.id in now.protected]
    extra = max(0, len(now.mine) - now.service.desired)
    mine = sum(1 for t in now.mine if t.id in now.protected)
    replaced = sum(1 for t in now.mine if t.id in now.well) >= now.service.desired
    return (len(old) if replaced else 0) + min(extra, mine)


def deadlocked(now: Standing) -> bool:
    """Tell whether the percents leave nothing to start and nothing to stop, for ever.

    Nothing is on its way that could change that: every task is well, and every old one is
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
