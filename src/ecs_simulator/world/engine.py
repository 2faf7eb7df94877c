"""Discrete events over virtual time, reproducible from a seed."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from ecs_simulator.world.intervals import intervals

if TYPE_CHECKING:
    from ecs_simulator.world.replica import Replica
    from ecs_simulator.world.service_entities import SimService


@dataclasses.dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened in the world, for traces and invariants.

    Attributes:
        at_s: Virtual seconds since the world began.
        what: The event, such as `task RUNNING`.
        who: The affected thing: a task's id, a deployment's id, a target.
    """

    at_s: float
    what: str
    who: str


class Engine:
    """A queue of events and the virtual clock that they move.

    Args:
        seed: Decides every random draw; the same seed and calls give the same trace.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.now = 0.0
        self.trace: list[Happening] = []
        self.replica: Replica | None = None
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._random = random.Random(f"cage/{seed}")
        self._names = random.Random(f"cage/names/{seed}")

    def after(self, delay_s: float, action: Callable[[], None]) -> None:
        """Let `action` happen `delay_s` virtual seconds from now."""
        heapq.heappush(self._queue, (self.now + max(0.0, delay_s), next(self._order), action))

    def run_until(self, at_s: float) -> None:
        """Let everything happen that is due by `at_s`, and move the clock there."""
        queue = self._queue
        while queue and queue[0][0] <= at_s:
            due, _, action = heapq.heappop(queue)
            if self.replica is not None and due > self.now:
                self.replica.settle(self.now)
            self.now = due
            action()
        if self.replica is not None and at_s > self.now:
            self.replica.settle(self.now)
        self.now = max(self.now, at_s)

    def touch(self, kind: str, key: str, thing: object) -> None:
        """Notify the replica that a thing changes now."""
        if self.replica is not None:
            self.replica.touch(kind, key, thing)

    def touch_service(self, service: SimService) -> None:
        """Notify the replica that a service, and with it its history, changes now."""
        if self.replica is not None:
            self.replica.touch("service", service.arn, service)
            self.replica.touch("history", service.arn, service)

    def between(self, least: float, most: float) -> float:
        """Draw a number."""
        return self._random.uniform(least, most)

    def lasts(self, interval: str) -> float:
        """Draw how long an interval of `intervals.tsv` lasts, in seconds."""
        return intervals()[interval].at(self._random.random())

    def hex_id(self, digits: int = 32) -> str:
        """Draw an id like AWS's."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def digits(self, count: int = 19) -> str:
        """Draw a decimal id, such as in `ecs-svc/1234567890123456789`."""
        return str(self._random.randrange(10 ** (count - 1), 10**count))

    def name(self, letters: str, count: int) -> str:
        """Draw a name, without an effect on what else is drawn."""
        return "".join(self._names.choices(letters, k=count))

    def chance(self, probability: float) -> bool:
        """Draw a yes or no."""
        return self._random.random() < probability

    def note(self, what: str, who: str) -> None:
        """Write a line to the trace."""
        self.trace.append(Happening(self.now, what, who))
