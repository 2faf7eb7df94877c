"""Whether the service keeps enough healthy targets, from before the rollout until its end."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from cage.availability.floor import lower_bound
from cage.availability.ledger import BELOW_FLOOR
from cage.context import Context
from cage.model.errors import AwsError, AwsUnavailableError, RefusedError
from cage.model.outcome import Diagnosis, Outcome, RolledBack
from cage.model.services import Service
from cage.runtime import clock
from cage.runtime.polling import OF_DEPLOYMENT, Pace

_REMEDY = "Raise maximumPercent to start new tasks before old ones stop, or lower --floor."

EACH_S = 45.0
"""The maximum age of the newest count during a deployment."""

FLOOR_EACH_S = 10.0
"""The maximum age with a floor, also during the checks: then every poll counts."""

_SAME_S = 1.0

_SURE_S = 2.0
"""A floor counts as broken if it is still broken this much later: one answer can be stale."""


class Watch:
    """Keeps the context's ledger fresh, and reports when the floor breaks.

    It counts whenever other code polls, and polls a few times itself.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ledger = context.ledger
        self._groups: tuple[str, ...] = ()
        self._looked_at = 0.0

    async def open(
        self, service: Service, groups: Collection[str], production: tuple[str, ...] | None
    ) -> None:
        """Start counting healthy targets, or running tasks.

        Args:
            groups: The target groups that the service will have.
            production: The ones that receive production traffic now; None: it isn't moved.
        """
        now = {b.target_group_arn for b in service.load_balancers}
        # Where targets move to other groups for good, only tasks can be counted throughout.
        stays = tuple(groups) if now == set(groups) else ()
        self._groups = stays if production is None else production
        self._ledger.open(service, self._groups)
        await self._look()

    async def require(
        self, service: Service, groups: Collection[str], production: tuple[str, ...] | None
    ) -> None:
        """Start counting, and refuse a service that is below the floor now.

        Raises:
            RefusedError: Fewer targets are healthy than the floor requires.
        """
        await self.open(service, groups, production)
        broken = await self.broken()
        if broken is not None:
            raise RefusedError(
                f"The service is below the floor already: {broken}.",
                "A rollout would put even those at risk.",
                "Restore the desired count first, or lower --floor.",
            )
        kept, least = lower_bound(service), self._ledger.least()
        if self._ledger.floor is not None and kept < least:
            self._context.notice(
                f"ECS keeps only {kept} of {service.desired_count} tasks by the service's "
                f"minimumHealthyPercent, fewer than the floor of {least}"
            )

    def serve_behind(self, groups: tuple[str, ...]) -> None:
        """Watch these target groups from now on, and immediately if they have changed."""
        if groups != self._groups:
            self._groups = groups
            self._looked_at = float("-inf")
            self._ledger.serve_behind(groups)

    async def _look(self, *, service: bool = False) -> None:
        self._looked_at = clock.monotonic()
        try:
            for arn in self._groups:
                await self._context.target_groups.health(arn)
            if service or not self._groups:
                self._ledger.saw_service(await self._context.service.describe())
        except AwsError as error:
            # A missing count doesn't fail the rollout; a floor that can't be watched does.
            if self._ledger.floor is not None and not isinstance(error, AwsUnavailableError):
                raise

    async def during_checks(self) -> str | None:
        """Check the floor, if there is one, during the checks; return how it is broken."""
        if self._ledger.floor is None:
            return None
        if self._age_s() >= _SAME_S:
            await self._look()
        return await self.broken(with_canary=False)

    def _age_s(self) -> float:
        """Return the age of the newest count; other code reads the same groups, too."""
        return clock.monotonic() - max(self._looked_at, self._ledger.read_at())

    def often_enough(self, pace: Pace) -> Pace:
        """Return a pace for polling the deployment that is never too slow for a count."""
        each_s = EACH_S if self._ledger.floor is None else FLOOR_EACH_S
        return dataclasses.replace(pace, latest_s=min(pace.latest_s, each_s))

    async def during_deployment(
        self, service: Service | None, next_s: float = OF_DEPLOYMENT.latest_s
    ) -> str | None:
        """Count on each poll of the service, and poll its targets if the next poll would be late.

        Args:
            service: None if the caller hasn't described it; then this does.
            next_s: The maximum time until the next poll, in seconds.
        """
        self._ledger.saw_service(service)
        oldest_s = EACH_S - next_s if self._ledger.floor is None else _SAME_S
        if (self._groups or service is None) and self._age_s() >= oldest_s:
            await self._look(service=service is None)
        return await self.broken()

    async def close(self) -> None:
        """Count once more as a deployment ends, if the newest count would remain too low."""
        if self._ledger.below:
            await self._look(service=True)

    async def broken(self, *, with_canary: bool = True) -> str | None:
        """Return how the floor is broken, after a second check; None if it isn't."""
        if self._ledger.broken(with_canary=with_canary) is None:
            return None
        await clock.sleep(_SURE_S)
        await self._look()
        return self._ledger.broken(with_canary=with_canary)


def with_cause(outcome: Outcome, found: Diagnosis | None) -> Outcome:
    """Return the outcome of a rollback, with the fix for the failure that caused it."""
    if not isinstance(outcome, RolledBack) or outcome.remedy:
        return outcome
    remedy = found.remedy if found else _REMEDY if outcome.reason == BELOW_FLOOR else ""
    return dataclasses.replace(outcome, remedy=remedy)
