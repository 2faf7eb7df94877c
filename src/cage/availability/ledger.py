"""The ledger: a record of a service's healthy targets and running tasks, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cage.availability.floor import Floor, lower_bound
from cage.availability.owners import Owners
from cage.model.outcome import Availability
from cage.model.services import Service
from cage.model.targets import Target, TargetHealth
from cage.runtime import clock

BELOW_FLOOR = "BelowFloor"
"""The reason of an ending for too few healthy targets."""

_NEVER = float("-inf")


class Ledger:
    """Counts targets at every poll, regardless of the caller.

    A target is healthy if its group reports it as healthy; targets of others don't count. Two
    numbers are kept: the healthy targets of the service's own tasks, and those that serve, which
    the canary is one of. Of several groups, the one with the lowest count applies. Without a
    target group, running tasks count.

    Args:
        floor: The value of `--floor`. None: the service's own minimum applies.

    Attributes:
        owners: Whose each target is.
        canary_runs: Whether the canary is running, for a service without a target group.
    """

    def __init__(self, floor: Floor | None = None) -> None:
        self.floor = floor
        self.owners = Owners()
        self.canary_runs = False
        self._service: Service | None = None
        self._desired = 0
        self._groups: tuple[str, ...] = ()
        self._healthy: dict[str, int] = {}
        self._serving: dict[str, int] = {}
        self._read_at: dict[str, float] = {}
        self._now: int | None = None
        self._own_now: int | None = None
        self._now_at = 0.0
        self._before: int | None = None
        self._fewest: int | None = None
        self._fewest_serving: int | None = None
        self._fewest_running: int | None = None
        self._below_s = 0.0
        self._looks = 0

    def open(self, service: Service, groups: tuple[str, ...]) -> None:
        """Start counting, for the service's current target groups."""
        self._groups = groups
        self._healthy.clear()
        self.owners.entries = Counter(b.target_group_arn for b in service.load_balancers)
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
            self._count(running, running + self.canary_runs)

    def saw_health(self, group: str, health: Mapping[Target, TargetHealth]) -> None:
        """Count the healthy targets of one group."""
        self._read_at[group] = clock.monotonic()
        if group not in self._groups:
            return
        self._healthy[group] = own = len(self.owners.own(group, health))
        self._serving[group] = own + self.owners.canary(group, health)
        if len(self._healthy) == len(self._groups):
            serving = min(self._serving[arn] for arn in self._groups)
            self._count(min(self._healthy.values()), serving)

    def read_at(self) -> float:
        """Return the oldest read time of the groups that count; -inf if one was never read."""
        return min((self._read_at.get(arn, _NEVER) for arn in self._groups), default=_NEVER)

    def _count(self, healthy: int, serving: int) -> None:
        self._pass_time()
        self._looks += 1
        self._now, self._own_now = serving, healthy
        self._before = healthy if self._before is None else self._before
        self._fewest = healthy if self._fewest is None else min(self._fewest, healthy)
        known = self._fewest_serving
        self._fewest_serving = serving if known is None else min(known, serving)

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
    def opened(self) -> bool:
        """Whether targets are counted: whose they are matters only then."""
        return self._service is not None

    @property
    def counted(self) -> bool:
        """Whether there was a count yet."""
        return self._looks > 0

    def goal(self, service: Service | None = None) -> int:
        """Return how many targets must serve: as many as at the start, or as are now desired."""
        latest = service or self._service
        desired = self._desired if latest is None else latest.desired_count
        return desired if self._before is None else min(self._before, desired)

    @property
    def below(self) -> bool:
        """Whether the newest count is below the floor, or below the service's own minimum."""
        return self._now is not None and self._now < self.least()

    def broken(self, *, with_canary: bool = True) -> str | None:
        """Describe how the requested floor is broken; None if it is not broken.

        Args:
            with_canary: Whether the canary counts. Before the update it doesn't: a service that
                has lost targets isn't deployed, although the canary serves for now.
        """
        count = self._now if with_canary else self._own_now
        if self.floor is None or count is None or count >= self.least():
            return None
        things = "healthy targets" if self._groups else "running tasks"
        asked = "" if str(self.floor) == str(self.least()) else f" ({self.floor})"
        return f"only {count} {things} are left; the floor is {self.least()}{asked}"

    def summary(self) -> Availability | None:
        """Return the counts so far; None if nothing was counted."""
        if self._before is None or self._fewest is None or self._service is None:
            return None
        serving = self._fewest if self._fewest_serving is None else self._fewest_serving
        self._pass_time()
        return Availability(
            desired=self._service.desired_count,
            healthy_before=self._before,
            fewest_healthy=self._fewest,
            fewest_serving=serving,
            fewest_running=self._fewest_running or 0,
            floor=self.least(),
            floor_asked=str(self.floor) if self.floor else "",
            below_floor_s=self._below_s,
            looks=self._looks,
            targets=bool(self._groups),
        )
