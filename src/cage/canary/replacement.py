"""When the service's own new tasks take the canary's place, so that it can go early."""

from __future__ import annotations

import anyio

from cage import clock
from cage.canary.task import Canary
from cage.errors import AwsUnavailableError
from cage.model import Target

_SETTLING_S = 5.0


class Replacement:
    """Watches for a task of the new deployment that is healthy where the canary is.

    From then on the canary drains, beside the deployment, so that draining costs no
    time of its own.
    """

    def __init__(self, canary: Canary) -> None:
        self._canary = canary
        self._known: set[Target] = set()
        self._replaced = anyio.Event()
        self._ended = anyio.Event()
        self._began = 0.0
        self._canary_took_s = 0.0

    async def remember(self) -> None:
        """Remember which targets are there before the update."""
        canary = self._canary
        self._began = clock.monotonic()
        self._canary_took_s = self._began - canary.began
        for registration in canary.registrations:
            self._known |= set(await canary.target_groups.health(registration.target_group.arn))

    def expected_s(self) -> float:
        """Return how long the deployment is likely to take, in seconds, by what the canary took.

        New tasks start and pass their checks as the canary did; then old ones drain.
        """
        drain_s = max(
            (r.target_group.deregistration_delay_s for r in self._canary.registrations), default=0.0
        )
        return self._canary_took_s + drain_s + _SETTLING_S

    async def look(self) -> None:
        """Look whether the canary is replaced; AWS's silence only means: not yet.

        Until then the canary also shows others that its rollout is alive.
        """
        if self._replaced.is_set():
            return
        canary = self._canary
        await canary.renew_lease()
        if clock.monotonic() - self._began < 0.8 * self._canary_took_s:
            return
        try:
            for registration in canary.registrations:
                health = await canary.target_groups.health(registration.target_group.arn)
                if not any(h.state == "healthy" for t, h in health.items() if t not in self._known):
                    return
        except AwsUnavailableError:
            return
        if canary.registrations:
            self._replaced.set()

    def proof_ended(self) -> None:
        """Say that there is nothing to wait for any more."""
        self._ended.set()

    async def retire_when_replaced(self) -> None:
        """Retire the canary once it is replaced; what fails here is done again at the end."""
        async with anyio.create_task_group() as waits:

            async def first(event: anyio.Event) -> None:
                await event.wait()
                waits.cancel_scope.cancel()

            waits.start_soon(first, self._replaced)
            waits.start_soon(first, self._ended)
        if not self._replaced.is_set():
            return
        await self._canary.retire_quietly()
