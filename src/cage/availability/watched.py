"""Target groups that pass each answer to the ledger, and find out whose the targets are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import anyio

from cage.availability.ledger import Ledger
from cage.availability.task_targets import Roster
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.targets import Target, TargetGroup, TargetHealth
from cage.ports.target_groups import TargetGroups
from cage.runtime import clock

_SHARED_S = 0.5
"""Maximum age of a health answer that another caller can reuse. ELB's own lag is longer."""

_IDENTIFIED_S = 15.0
"""How often to look whose new targets are: several of them become healthy one after another."""


class WatchedTargetGroups:
    """`cage.ports.target_groups.TargetGroups` that records each health answer in the ledger.

    Callers that query the same group at the same moment share one call.

    Args:
        roster: The tasks of the service.
        notice: Reports a fact to people.
    """

    def __init__(
        self, inner: TargetGroups, ledger: Ledger, roster: Roster, notice: Callable[[str], None]
    ) -> None:
        self._inner = inner
        self._ledger = ledger
        self._roster: Roster | None = roster
        self._notice = notice
        self._identified_at = float("-inf")
        self._told: set[str] = set()
        self._asking = anyio.Lock()
        self._answers: dict[str, tuple[float, dict[Target, TargetHealth]]] = {}

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        """Describe the groups."""
        return await self._inner.describe(arns)

    async def register(self, arn: str, target: Target) -> None:
        """Register a target. It is a canary, since cage registers nothing else."""
        self._ledger.owners.canary_joined(target)
        self._answers.pop(arn, None)
        await self._inner.register(arn, target)

    async def deregister(self, arn: str, target: Target) -> None:
        """Deregister a target. Once it has left, another task can have its address."""
        self._answers.pop(arn, None)
        await self._inner.deregister(arn, target)
        self._ledger.owners.canary_left(target, clock.monotonic())

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of the group's targets, and count the healthy ones."""
        async with self._asking:
            at, found = self._answers.get(arn, (0.0, {}))
            if arn not in self._answers or clock.monotonic() - at > _SHARED_S:
                found = await self._inner.health(arn)
                self._answers[arn] = (clock.monotonic(), found)
                await self._identify(arn, found)
                self._ledger.saw_health(arn, found)
        return dict(found)

    async def _identify(self, arn: str, health: Mapping[Target, TargetHealth]) -> None:
        """Find out whose the healthy targets are that weren't seen before.

        While AWS doesn't answer, they count as the service's own.
        """
        ledger, roster = self._ledger, self._roster
        unknown = ledger.owners.see(arn, health, clock.monotonic())
        if not unknown or roster is None or not ledger.opened:
            return
        if ledger.counted and clock.monotonic() - self._identified_at < _IDENTIFIED_S:
            return
        self._identified_at = clock.monotonic()
        try:
            task_of = await roster.refresh()
        except AwsUnavailableError:
            return
        except AwsError as error:
            self._roster = None
            self._notice(f"whose the targets are is not known, so all count: {error.what}")
            return
        now, certain = clock.monotonic(), not ledger.counted
        ledger.owners.learn(arn, unknown, task_of, now=now, certain=certain)
        others = len(ledger.owners.others(arn))
        if others and arn not in self._told:
            self._told.add(arn)
            name = arn.split("/")[1] if "/" in arn else arn
            self._notice(
                f"target group {name} is shared: {others} of its healthy targets are not of this "
                "service, and don't count"
            )
