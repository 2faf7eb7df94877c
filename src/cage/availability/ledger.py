"""The ledger: a record of a service's healthy targets and running tasks, in numbers."""

from __future__ import annotations

from collections.abc import Sequence

import anyio

from cage.availability.floor import Floor, lower_bound
from cage.model.outcome import Availability
from cage.model.services import Service
from cage.model.targets import Target, TargetGroup, TargetHealth
from cage.ports.target_groups import TargetGroups
from cage.runtime import clock

BELOW_FLOOR = "BelowFloor"
"""The reason of an ending for too few healthy targets."""

_NEVER = float("-inf")
_SHARED_S = 0.5
"""Maximum age of a health answer that another caller can reuse. ELB's own lag is longer."""


class Ledger:
    """Counts targets at every poll, regardless of the caller.

    A target is healthy if its group reports it as healthy; the canary doesn't count. Of several
    groups, the one with the lowest count applies. Without a target group, running tasks count.

    Args:
        floor: The value of `--floor`. None: the service's own minimum applies.
    """

    def __init__(self, floor: Floor | None = None) -> None:
        self.floor = floor
        self.canaries: set[Target] = set()
        self._service: Service | None = None
        self._desired = 0
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
        """Start counting, for the service's current target groups."""
        self._groups = groups
        self._healthy.clear()
        self._desired = service.desired_count
        self.saw_service(service)

    def serve_behind(self, groups: tuple[str, ...]) -> None:
        """Count the targets of these groups from now on, since traffic was moved to them."""
        self._groups = groups
        self._healthy = {arn: n for arn, n in self._healthy.items() if arn in groups}

    def saw_service(self, service: Service | None) -> None:
        """Count the running tasks. An answer without the service is ignored."""
        if service is None:
            return
        self._service = service
        self._desired = min(self._desired, service.desired_count)
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
            1 for t, h in health.items() if h.serves and t not in self.canaries
        )
        if len(self._healthy) == len(self._groups):
            self._count(min(self._healthy.values()))

    def read_at(self) -> float:
        """Return the oldest read time of the groups that count; -inf if one was never read."""
        return min((self._read_at.get(arn, _NEVER) for arn in self._groups), default=_NEVER)

    def _count(self, healthy: int) -> None:
        self._pass_time()
        self._looks += 1
        self._now = healthy
        self._before = healthy if self._before is None else self._before
        self._fewest = healthy if self._fewest is None else min(self._fewest, healthy)

    def _pass_time(self) -> None:
        """Add the time since the previous poll, if its count was below the floor."""
        now = clock.monotonic()
        if self.below:
            self._below_s += now - self._now_at
        self._now_at = now

    def least(self) -> int:
        """Return the current floor, in targets.

        A service that is scaled out needs time to start its new tasks, so the lowest desired
        count since the start applies.
        """
        if self._service is None:
            return 0
        if self.floor is None:
            return lower_bound(self._service, self._desired)
        return self.floor.of(self._desired)

    @property
    def below(self) -> bool:
        """Whether the newest count is below the floor, or below the service's own minimum."""
        return self._now is not None and self._now < self.least()

    def broken(self) -> str | None:
        """Describe how the requested floor is broken; None if it is not broken."""
        if self.floor is None or self._now is None or self._now >= self.least():
            return None
        things = "healthy targets" if self._groups else "running tasks"
        asked = "" if str(self.floor) == str(self.least()) else f" ({self.floor})"
        return f"only {self._now} {things} are left; the floor is {self.least()}{asked}"

    def summary(self) -> Availability | None:
        """Return the counts so far; None if nothing was counted."""
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
    """`cage.ports.target_groups.TargetGroups` that records each health answer in the ledger.

    Callers that query the same group at the same moment share one call.
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
        """Register a target. It is a canary, since cage registers nothing else."""
        self._ledger.canaries.add(target)
        self._answers.pop(arn, None)
        await self._inner.register(arn, target)

    async def deregister(self, arn: str, target: Target) -> None:
        """Deregister a target."""
        self._answers.pop(arn, None)
        await self._inner.deregister(arn, target)

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of the group's targets, and count the healthy ones."""
        async with self._asking:
            at, found = self._answers.get(arn, (0.0, {}))
            if arn not in self._answers or clock.monotonic() - at > _SHARED_S:
                found = await self._inner.health(arn)
                self._answers[arn] = (clock.monotonic(), found)
                self._ledger.saw_health(arn, found)
        return dict(found)
