"""Capacity that ECS scales: tasks that wait for an instance, and instances that come and go.

Sources: ECS developer guide, "Amazon ECS managed scaling behavior" (steps, warm-up, an empty
cluster gets two instances, scale-in of instances without tasks) and "Amazon ECS Managed Instances
infrastructure optimization"; AWS blog, "Deep Dive on Amazon ECS Cluster Auto Scaling", quoted in
aws/containers-roadmap#2381 (tasks wait 10 to 30 minutes) and #900 (the alarms: above the target
for 1 minute, below it for 15); a published measurement of Managed Instances, from no instance to
a running task in 40 s (blog.neilkuan.click, 17 January 2026). Other times are *unknown*.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ecs_simulator.world import hosts, placement
from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.task_entities import SimInstance, SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.cluster_entities import SimProvider
    from ecs_simulator.world.world import World

MOST_WAITING = 500
"""ECS service quotas, "Tasks in the PROVISIONING state per cluster"."""

_NO_ROOM = "Tasks provisioning capacity limit exceeded."
"""As published: the ClientException of RunTask beyond that quota."""

_WAITS_S = (600.0, 1800.0)
_NOTICED_S = {"EC2_AUTOSCALING": (60.0, 120.0), "MANAGED_INSTANCES": (2.0, 10.0)}
"""From a task without a place to the decision to add an instance: the metric and its alarm."""

_BOOTS_S = {"EC2_AUTOSCALING": (60.0, 150.0), "MANAGED_INSTANCES": (25.0, 80.0)}
"""*Unknown*: from that decision until an instance has joined the cluster."""

_IDLE_S = {"EC2_AUTOSCALING": 900.0, "MANAGED_INSTANCES": 300.0}
"""How long an instance has no task before it goes. *Unknown* for Managed Instances' default."""

_SIZE, _LEAST_SIZE = (4096, 16384), (2048, 8192)
"""CPU units and MiB of an Auto Scaling group's instances, and of the smallest managed one."""


class Waiting(NamedTuple):
    """A task without an instance, and the call or the service that places it."""

    task: SimTask
    raw: dict[str, Any]


@dataclasses.dataclass(slots=True)
class Pool:
    """The instances of one capacity provider in a cluster.

    Attributes:
        most: How many instances it can have.
        boots_s: The least and the most time that an instance takes to join.
        booting: How many instances are about to join.
        launched_s: When the latest ones were launched.
        noticed: Whether a decision to add instances is due.
    """

    cluster: str
    provider: SimProvider
    boots_s: tuple[float, float]
    most: int = 1000
    waiting: list[Waiting] = dataclasses.field(default_factory=list)
    booting: int = 0
    launched_s: float = -math.inf
    noticed: bool = False

    @property
    def grows(self) -> bool:
        """Whether ECS scales it: managed scaling is on, or they are Managed Instances."""
        return self.provider.scales

    def setting(self, name: str, usual: int) -> int:
        """Return a setting of managed scaling, or its default."""
        group = self.provider.group or {}
        value = (group.get("managedScaling") or {}).get(name)
        return usual if value is None else int(value)


class Capacity:
    """The pools of all capacity providers.

    Args:
        world: The account; its instances and tasks are what the pools are made of.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._pools: dict[tuple[str, str], Pool] = {}

    def pool(self, cluster: str, provider: str) -> Pool | None:
        """Return a provider's pool in a cluster; None for a provider that doesn't exist."""
        known = self._world.capacity_providers.get(provider.rpartition("/")[2])
        if known is None or known.status == "INACTIVE":
            return None
        boots_s = _BOOTS_S[known.kind]
        return self._pools.setdefault((cluster, known.name), Pool(cluster, known, boots_s))

    def pool_of(self, cluster: str, provider: str) -> Pool | None:
        """Return a provider's pool if ECS scales it; None if no instances will ever be added."""
        pool = self.pool(cluster, provider) if provider else None
        return pool if pool is not None and pool.grows else None

    def refuse_more(self, cluster: str) -> None:
        """Refuse another task that would have to wait.

        Raises:
            ApiError: Too many tasks of the cluster wait for capacity.
        """
        waiting = sum(len(p.waiting) for (where, _), p in self._pools.items() if where == cluster)
        if waiting >= MOST_WAITING:
            raise ApiError("ClientException", _NO_ROOM)

    def take(self, pool: Pool, task: SimTask, raw: dict[str, Any]) -> None:
        """Add a task to a pool; without an instance it waits for one, and stops if none comes.

        Args:
            raw: Where it comes from, as `World.place` reads it.
        """
        if pool.provider.managed is not None:
            task.launch_type = "MANAGED_INSTANCES"
        if task.instance is not None:
            return
        pool.waiting.append(Waiting(task, raw))
        self._notice(pool)
        self._world.engine.after(
            self._world.engine.between(*_WAITS_S), lambda: self._give_up(pool, task)
        )

    def _give_up(self, pool: Pool, task: SimTask) -> None:
        found = next((w for w in pool.waiting if w.task is task), None)
        if found is None or task.stopping:
            return
        pool.waiting.remove(found)
        self._world.tasks.stop(task, "TaskFailedToStart", f"TaskFailedToStart: {self._why(pool)}")

    def _why(self, pool: Pool) -> str:
        instances = self.instances(pool)
        if not instances:
            return "EMPTY CAPACITY PROVIDER"
        if all(i.status != "ACTIVE" for i in instances):
            return "NO ACTIVE INSTANCES"
        return "RESOURCE:MEMORY"

    def instances(self, pool: Pool) -> list[SimInstance]:
        """Return the instances of a pool."""
        return [i for i in self._world.clusters[pool.cluster] if i.provider == pool.provider.name]

    def freed(self, instance: SimInstance, cluster: str) -> None:
        """Give what an instance has free to waiting tasks; it goes if it stays without tasks."""
        if not instance.provider:
            return
        pool = self.pool_of(cluster, instance.provider)
        if pool is None:
            return
        self._settle(pool)
        idle_s = self._idle_s(pool)
        if idle_s is not None and not self._busy(instance):
            instance.idle_since_s = self._world.now
            self._world.engine.after(idle_s, lambda: self._remove_idle(pool, instance, idle_s))

    def _settle(self, pool: Pool) -> None:
        """Place the waiting tasks that fit now."""
        for one in list(pool.waiting):
            if one.task.stopping:
                pool.waiting.remove(one)
                continue
            found = self._world.place(
                pool.cluster, one.task.revision, one.task.group, one.raw, pool.provider.name
            )
            if isinstance(found, SimInstance):
                pool.waiting.remove(one)
                self._world.tasks.move_in(one.task, found)
                self._world.locate(one.task)

    def _notice(self, pool: Pool) -> None:
        """Have ECS decide later whether instances are missing."""
        if pool.noticed:
            return
        pool.noticed = True
        least_s, most_s = _NOTICED_S[pool.provider.kind]
        self._world.engine.after(
            self._world.engine.between(least_s, most_s), lambda: self._grow(pool)
        )

    def _grow(self, pool: Pool) -> None:
        """Add the instances that the waiting tasks need, once the latest ones have warmed up."""
        pool.noticed = False
        self._settle(pool)
        if not pool.waiting:
            return
        managed = pool.provider.managed is not None
        warm_s = 0.0 if managed else float(pool.setting("instanceWarmupPeriod", 300))
        early_s = pool.launched_s + warm_s - self._world.now
        wanted = 0 if early_s > 0 or pool.booting else self._missing(pool)
        for _ in range(wanted):
            pool.booting += 1
            boots_s = self._world.engine.between(*pool.boots_s)
            self._world.engine.after(boots_s, lambda: self._join(pool))
        if wanted:
            pool.launched_s = self._world.now
        self._notice(pool)

    def _missing(self, pool: Pool) -> int:
        """Return how many instances to add now.

        ECS counts the instances that the waiting tasks need, and more if the target is below
        100 %, within the steps. A task that no instance could hold counts for nothing.
        """
        size = self._size(pool)
        needed = bins([placement.needs(w.task.revision) for w in pool.waiting], size)
        have = len(self.instances(pool))
        if not needed:
            return 0
        if pool.provider.managed is None:
            target = pool.setting("targetCapacity", 100) / 100
            busy = sum(1 for i in self.instances(pool) if self._busy(i))
            needed = math.ceil((busy + needed) / target) - have
            needed = max(needed, pool.setting("minimumScalingStepSize", 1), 0 if have else 2)
            needed = min(needed, pool.setting("maximumScalingStepSize", 10_000))
        return max(0, min(needed, pool.most - have))

    def _size(self, pool: Pool) -> tuple[int, int]:
        """Return the CPU units and MiB of the next instance; managed ones fit their tasks."""
        if pool.provider.managed is None:
            return _SIZE
        cpu, memory = _LEAST_SIZE
        needs = [placement.needs(w.task.revision) for w in pool.waiting]
        while any(n.cpu > cpu or n.memory > memory for n in needs):
            cpu, memory = cpu * 2, memory * 2
        return cpu, memory

    def _join(self, pool: Pool) -> None:
        pool.booting -= 1
        cpu, memory = self._size(pool)
        name = pool.provider.name
        instance = self._world.add_instance(pool.cluster, cpu=cpu, memory=memory, provider=name)
        self.freed(instance, pool.cluster)

    def _idle_s(self, pool: Pool) -> float | None:
        """Return how long an instance can be without tasks; None: as long as it likes."""
        after_s = None
        if pool.provider.managed is not None:
            after_s = (pool.provider.managed.get("infrastructureOptimization") or {}).get(
                "scaleInAfter"
            )
        if after_s is None:
            return _IDLE_S[pool.provider.kind]
        return None if after_s < 0 else float(after_s)

    def _remove_idle(self, pool: Pool, instance: SimInstance, idle_s: float) -> None:
        """Remove an instance that has had no task, unless the target keeps it as a spare one."""
        instances = self.instances(pool)
        idle = self._world.now - instance.idle_since_s >= idle_s - 0.1
        if instance not in instances or self._busy(instance) or not idle or pool.booting:
            return
        busy = sum(1 for i in instances if self._busy(i))
        target = pool.setting("targetCapacity", 100) / 100
        if pool.provider.managed is None and len(instances) <= math.ceil(busy / target):
            return
        hosts.lose(self._world, pool.cluster, instance)

    def _busy(self, instance: SimInstance) -> bool:
        """Return whether an instance has a task that is not a daemon's."""
        for task in hosts.tasks_on(self._world, instance):
            service = self._world.service_of(task)
            if service is None or not service.daemon:
                return True
        return False


def bins(needs: Sequence[placement.Needs], size: tuple[int, int]) -> int:
    """Return how many instances of a size tasks need: first fit, the largest task first.

    Source: ECS developer guide, "Managed scale-out behavior": with binpack; a task that is larger
    than the instance is left out.
    """
    cpu, memory = size
    free: list[list[int]] = []
    for need in sorted(needs, key=lambda n: (-n.cpu, -n.memory)):
        if need.cpu > cpu or need.memory > memory:
            continue
        for place in free:
            if place[0] >= need.cpu and place[1] >= need.memory:
                break
        else:
            place = [cpu, memory]
            free.append(place)
        place[0] -= need.cpu
        place[1] -= need.memory
    return len(free)
