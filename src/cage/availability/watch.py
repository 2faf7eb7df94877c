"""Looking often enough: at the looks that others make, and at a few of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import anyio

from cage.availability.ledger import Ledger
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.services import Service
from cage.model.targets import Target, TargetGroup, TargetHealth
from cage.ports.ecs import Ecs
from cage.ports.target_groups import TargetGroups
from cage.runtime import clock
from cage.runtime.polling import OF_DEPLOYMENT, Pace

EACH_S = 45.0
"""How old the newest count may be during a deployment."""

FLOOR_EACH_S = 10.0
"""How old it may be where there is a floor, during the checks too: then every look counts."""

_SAME_S = 1.0

_SURE_S = 2.0
"""A floor counts as broken if it still is so much later: one answer may be stale."""


_SHARED_S = 0.5
"""How old an answer about health may be for another who asks: ELB's own lag by more."""


class WatchedTargetGroups:
    """`cage.ports.target_groups.TargetGroups` that writes each answer about health into the ledger.

    Those who ask for the same group at the same moment share one call.
    """

    def __init__(self, inner: TargetGroups, ledger: Ledger) -> None:
        self._inner = inner
        self._ledger = ledger
        self._asking = anyio.Lock()
        self._answers: dict[str, tuple[float, dict[Target, TargetHealth]]] = {}
        self._read_at: dict[str, float] = {}

    def last_read(self, arns: Sequence[str]) -> float:
        """Return by when each of the groups was read, whoever asked; -inf if one never was."""
        return min((self._read_at.get(arn, float("-inf")) for arn in arns), default=float("-inf"))

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
                self._read_at[arn] = clock.monotonic()
                self._ledger.saw_health(arn, found)
        return dict(found)


class Watch:
    """Keeps the ledger fresh, and tells when the floor breaks.

    Args:
        target_groups: Writes what it sees into the ledger.
    """

    def __init__(
        self,
        ecs: Ecs,
        target_groups: WatchedTargetGroups,
        ledger: Ledger,
        cluster: str,
        service: str,
    ) -> None:
        self.ledger = ledger
        self._ecs = ecs
        self._target_groups = target_groups
        self._cluster = cluster
        self._service = service
        self._groups: tuple[str, ...] = ()
        self._looked_at = 0.0

    async def open(self, service: Service, groups: tuple[str, ...]) -> None:
        """Begin to count."""
        self._groups = groups
        self.ledger.open(service, groups)
        await self._look()

    def serve_behind(self, groups: tuple[str, ...]) -> None:
        """Watch these target groups from now on, at once if they are others than before."""
        if groups != self._groups:
            self._groups = groups
            self._looked_at = float("-inf")
            self.ledger.serve_behind(groups)

    async def _look(self, *, service: bool = False) -> None:
        self._looked_at = clock.monotonic()
        try:
            for arn in self._groups:
                await self._target_groups.health(arn)
            if service or not self._groups:
                found = await self._ecs.find_service(self._cluster, self._service)
                self.ledger.saw_service(found)
        except AwsError as error:
            # A count is worth no failure; a floor that can't be watched is.
            if self.ledger.floor is not None and not isinstance(error, AwsUnavailableError):
                raise

    async def during_checks(self) -> str | None:
        """Look while the canary is checked, only for a floor; say how it is broken."""
        if self.ledger.floor is None:
            return None
        if self._age_s() >= _SAME_S:
            await self._look()
        return await self.broken()

    def _age_s(self) -> float:
        """Return how old the newest count is; others read the same groups, too."""
        read_at = self._target_groups.last_read(self._groups)
        return clock.monotonic() - max(self._looked_at, read_at)

    @property
    def _each_s(self) -> float:
        return EACH_S if self.ledger.floor is None else FLOOR_EACH_S

    def often_enough(self, pace: Pace) -> Pace:
        """Return a pace for looks at the deployment, by which none is too late for a count."""
        return dataclasses.replace(pace, latest_s=min(pace.latest_s, self._each_s))

    async def during_deployment(
        self, service: Service | None, next_s: float = OF_DEPLOYMENT.latest_s
    ) -> str | None:
        """Count at a look at the service, and at its targets if the next look would be late.

        Args:
            service: None if nobody has looked at it, so that this has to.
            next_s: How long until the next look at most, in seconds.
        """
        self.ledger.saw_service(service)
        least_s = EACH_S - next_s if self.ledger.floor is None else _SAME_S
        if (self._groups or service is None) and self._age_s() >= least_s:
            await self._look(service=service is None)
        return await self.broken()

    async def close(self) -> None:
        """Count once more as a deployment ends, if the newest count would go on as too few."""
        if self.ledger.below:
            await self._look(service=True)

    async def broken(self) -> str | None:
        """Say how the floor is broken, after a second look; None if it isn't."""
        if self.ledger.broken() is None:
            return None
        await clock.sleep(_SURE_S)
        await self._look()
        return self.ledger.broken()
