"""The ledger: what was seen of a service's healthy targets and running tasks, in numbers."""

from __future__ import annotations

from collections.abc import Sequence

import anyio

from cage.availability.floor import Floor, lower_bound
from cage.model.outcome import Availability
from cage.model.services import Service
from cage.model.targets import Target, TargetGroup, TargetHealth
from cage.ports.target_groups import TargetGroups
from cage.runtime import clock

_NEVER = float("-inf")
_SHARED_S = 0.5
"""How old an answer about health may be for another who asks: ELB's own lag by more."""

_SERVES = frozenset({"healthy", "unavailable"})
"""States of a target that gets requests (ELB API reference, TargetHealth)."""


class Ledger:
    """Counts at every look that is made, whoever makes it.

    Healthy is a target that its group calls healthy, but for the canary; of several groups
    the one with the fewest counts. Without a target group it is a task that runs.

    Args:
        floor: What `--floor` asks for; None measures by the service's own minimum.
    """

    def __init__(self, floor: Floor | None = None) -> None:
        self.floor = floor
        self.canaries: set[Target] = set()
        self._service: Service | None = None
        self._groups: tuple[str, ...] = ()
        self._healthy: dict[str, int] = {}
        self._read_at: dict[str, float] = {}
        self._now: int | None = None
        self._now_at = 0.0
        self._before: int | None = None
        self._fewest: int | None = None
        self._fewest_running: int | None = None
        self._below_s = 0.0
        self._looks = 0

    def open(self, service: Service, groups: tuple[str, ...]) -> None:
        """Begin to count, for the service's target groups of that moment."""
        self._groups = groups
        self._healthy.clear()
        self.saw_service(service)

    def serve_behind(self, groups: tuple[str, ...]) -> None:
        """Count the targets of these groups from now on: traffic has been moved to them."""
        self._groups = groups
        self._healthy = {arn: n for arn, n in self._healthy.items() if arn in groups}

    def saw_service(self, service: Service | None) -> None:
        """Count the tasks that run; an answer without the service says nothing."""
        if service is None:
            return
        self._service = service
        running = service.running_count
        known = self._fewest_running
        self._fewest_running = running if known is None else min(known, running)
        if not self._groups:
            self._count(running)

    def saw_health(self, group: str, health: dict[Target, TargetHealth]) -> None:
        """Count the healthy targets of one group."""
        self._read_at[group] = clock.monotonic()
        if group not in self._groups:
            return
        self._healthy[group] = sum(
            1 for t, h in health.items() if h.state in _SERVES and t not in self.canaries
        )
        if len(self._healthy) == len(self._groups):
            self._count(min(self._healthy.values()))

    def read_at(self) -> float:
        """Return by when each group that counts was read, whoever asked; -inf if one never was."""
        return min((self._read_at.get(arn, _NEVER) for arn in self._groups), default=_NEVER)

    def _count(self, healthy: int) -> None:
        self._pass_time()
        self._looks += 1
        self._now = healthy
        self._before = healthy if self._before is None else self._before
        self._fewest = healthy if self._fewest is None else min(self._fewest, healthy)

    def _pass_time(self) -> None:
        """Add the time since the look before, if that one was below the floor."""
        now = clock.monotonic()
        if self.below:
            self._below_s += now - self._now_at
        self._now_at = now

    def least(self) -> int:
        """Return the floor at this moment, in targets."""
        if self._service is None:
            return 0
        if self.floor is None:
            return lower_bound(self._service)
        return self.floor.of(self._service.desired_count)

    @property
    def below(self) -> bool:
        """Whether the newest count is below the floor, or below the service's own minimum."""
        return self._now is not None and self._now < self.least()

    def broken(self) -> str | None:
        """Say how the floor that was asked for is broken; None if it isn't."""
        if self.floor is None or self._now is None or self._now >= self.least():
            return None
        things = "healthy targets" if self._groups else "running tasks"
        asked = "" if str(self.floor) == str(self.least()) else f" ({self.floor})"
        return f"only {self._now} {things} are left; the floor is {self.least()}{asked}"

    def summary(self) -> Availability | None:
        """Return what was counted until now; None if nothing was."""
        if self._before is None or self._fewest is None or self._service is None:
            return None
        self._pass_time()
        return Availability(
            desired=self._service.desired_count,
            healthy_before=self._before,
            fewest_healthy=self._fewest,
            fewest_running=self._fewest_running or 0,
            floor=self.least(),
            floor_asked=str(self.floor) if self.floor else "",
            below_floor_s=self._below_s,
            looks=self._looks,
            targets=bool(self._groups),
        )


class WatchedTargetGroups:
    """`cage.ports.target_groups.TargetGroups` that writes each answer about health into the ledger.

    Those who ask for the same group at the same moment share one call.
    """

    def __init__(self, inner: TargetGroups, ledger: Ledger) -> None:
        self._inner = inner
        self._ledger = ledger
        self._asking = anyio.Lock()
        self._answers: dict[str, tuple[float, dict[Target, TargetHealth]]] = {}

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        """Describe the groups."""
        return await self._inner.describe(arns)

    async def register(self, arn: str, target: Target) -> None:
        """Register a target: a canary, since cage registers nothing else."""
        self._ledger.canaries.add(target)
        self._answers.pop(arn, None)
        await self._inner.register(arn, target)

    async def deregister(self, arn: str, target: Target) -> None:
        """Deregister a target."""
        self._answers.pop(arn, None)
        await self._inner.deregister(arn, target)

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of the group's targets, and count them."""
        async with self._asking:
            at, found = self._answers.get(arn, (0.0, {}))
            if arn not in self._answers or clock.monotonic() - at > _SHARED_S:
                found = await self._inner.health(arn)
                self._answers[arn] = (clock.monotonic(), found)
                self._ledger.saw_health(arn, found)
        return dict(found)
