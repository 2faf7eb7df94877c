"""Reads: from the present, or, if the world has a replica that lags, from some seconds ago."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecs_simulator.operations import views
from ecs_simulator.world import World
from ecs_simulator.world.replica import Lag, Replica, View

KINDS = ("task", "service", "history", "group", "revision", "instance")
"""The kinds of reads that can lag: tasks, services, service deployments, target groups' health,
task definitions, container instances."""


def lag(world: World, *kinds: str, chance: float = 0.5, most_s: float = 4.0) -> None:
    """Let reads of these kinds lag from now on; of all kinds if none is given.

    Args:
        chance: How many of the reads lag, 0 to 1.
        most_s: By how many seconds at most.
    """
    shows: dict[str, View] = {
        "task": lambda thing: views.task(world, thing),
        "service": lambda thing: views.service(world, thing),
        "history": lambda thing: views.history(world, thing),
        "group": views.health,
        "revision": views.revision,
        "instance": lambda thing: views.instance(world, thing),
    }
    lags = {kind: Lag(chance, most_s) for kind in kinds or KINDS}
    world.engine.replica = Replica(world.engine.seed, shows, lags)
    for kind, key, thing in _everything(world):
        world.engine.touch(kind, key, thing)
    world.engine.replica.settle(float("-inf"))


def _everything(world: World) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    found += [("task", t.arn, t) for t in world.tasks.all.values()]
    for service in world.services.values():
        found += [("service", service.arn, service), ("history", service.arn, service)]
    found += [("group", g.arn, g) for g in world.groups.groups.values()]
    found += [("revision", r.arn, r) for known in world.revisions.values() for r in known]
    found += [("instance", i.arn, i) for all_ in world.clusters.values() for i in all_]
    return found


class Read:
    """One read: everything it shows is from one moment.

    Args:
        world: The world to read.
        kind: The kind of things to read, one of `KINDS`.
    """

    def __init__(self, world: World, kind: str) -> None:
        self._world = world
        self._kind = kind
        replica = world.engine.replica
        self._moment_s = replica.moment(kind, world.now) if replica else world.now

    def see(self, key: str, thing: Any) -> Any:
        """Return how a thing is shown; None where it isn't seen yet."""
        replica, world = self._world.engine.replica, self._world
        if replica is not None:
            return replica.at(self._kind, key, thing, self._moment_s, world.now)
        return _PRESENT[self._kind](world, thing)

    def field(self, key: str, thing: Any, name: str, now: Any) -> Any:
        """Return one field of how a thing is shown, which is `now` where reads don't lag."""
        if self._world.engine.replica is None:
            return now
        seen = self.see(key, thing)
        return None if seen is None else seen[name]


_PRESENT: Mapping[str, Any] = {
    "task": views.task,
    "service": views.service,
    "history": views.history,
    "group": lambda _world, thing: views.health(thing),
    "revision": lambda _world, thing: views.revision(thing),
    "instance": views.instance,
}
