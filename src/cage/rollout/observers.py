"""Observers of a rollout's deployment: they poll what else must be seen, each time it is polled."""

from __future__ import annotations

import dataclasses

from cage.availability.ledger import BELOW_FLOOR
from cage.availability.sides import serving
from cage.canary.replacement import Replacement
from cage.deployment.follower import Observer
from cage.deployment.judgment import Ended, Fate
from cage.deployment.task_failures import Failures
from cage.model.services import Deployment, Service, ServiceDeployment
from cage.rollout.requirement import Ground
from cage.rollout.vitals import Vitals
from cage.rollout.watch import Watch
from cage.runtime.polling import OF_DEPLOYMENT, Pace


@dataclasses.dataclass(frozen=True, slots=True)
class DuringDeployment:
    """Observes the deployment: its tasks, the canary and its successors, and the floor."""

    watch: Watch
    ground: Ground
    vitals: Vitals
    replacement: Replacement
    failures: Failures

    def pace(self) -> Pace:
        """Return a pace for the next change, and never too slow for a count."""
        return self.watch.often_enough(self.replacement.pace())

    async def look(
        self, service: Service | None, listed: Deployment | ServiceDeployment | None
    ) -> Ended | None:
        """Check the canary, its successors and the floor; end the deployment if one requires it."""
        dead = await self.vitals.look()
        if self.vitals.dead:
            self.replacement.died()
        if dead is not None:
            text, remedy = dead.message, dead.remedy
            return Ended(Fate.HOPELESS, text, reason=dead.reason, remedy=remedy)
        if listed is not None:
            await self.replacement.look(listed.running_count, listed.desired_count)
        if self.vitals.canary.task is not None:
            self.failures.count(self.vitals.canary.task)
        production = self.ground.production
        if production and isinstance(listed, ServiceDeployment):
            balancers = self.ground.service.load_balancers
            idle = tuple(dict.fromkeys(b.target_group_arn for b in balancers))
            self.watch.serve_behind(serving(listed.traffic_percent, production, idle))
        next_s = self.replacement.next_look_s()
        broken = await self.watch.during_deployment(service, next_s)
        return Ended(Fate.HOPELESS, broken, reason=BELOW_FLOOR) if broken else None

    def afterwards(self) -> Observer:
        """Count, and watch for the canary to be free to leave, during a rollback."""
        return DuringRollback(self.watch, self.vitals, self.replacement)


@dataclasses.dataclass(frozen=True, slots=True)
class DuringRollback:
    """Observes the service while it is rolled back. It never ends the rollback."""

    watch: Watch
    vitals: Vitals
    replacement: Replacement

    def pace(self) -> Pace:
        """Return the usual pace, and never too slow for a count."""
        return self.watch.often_enough(OF_DEPLOYMENT)

    async def look(
        self, service: Service | None, listed: Deployment | ServiceDeployment | None
    ) -> None:
        """Count, report if the canary dies, and let it leave once that costs nothing."""
        await self.vitals.look()
        if self.vitals.dead:
            self.replacement.died()
        await self.replacement.look_back(listed)
        await self.watch.during_deployment(service)

    def afterwards(self) -> Observer:
        """Observe the next attempt in the same way."""
        return self
