"""After a deployment is lost: wait for ECS to roll the service back, or have cage do it."""

from __future__ import annotations

import dataclasses

from cage.availability.duration import pauses_s
from cage.context import Context
from cage.deployment.follower import Change, Observer
from cage.deployment.judgment import Ended, Fate, Ours, judge
from cage.deployment.proof import Proof
from cage.deployment.time_limit import ROLLBACK
from cage.deployment.update import update
from cage.model import events
from cage.model.base import Shape
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import Outcome, Promoted, RolledBack, Superseded, Unproven, with_remedy
from cage.model.services import Service
from cage.runtime import clock
from cage.runtime.polling import Late, Pace, Wait

ROLLBACK_BEGINS_S = 60.0
"""How long after a failure ECS's own rollback can take to show."""

_COUNT = "desiredCount"

_AGREE_S = 30.0
"""How long ECS's reads can lag before they show again what they have shown once."""


@dataclasses.dataclass(frozen=True, slots=True)
class RollbackPath:
    """Rolls a service back from a deployment that is lost."""

    context: Context
    change: Change
    observer: Observer

    async def after(self, lost: Ended) -> Outcome:
        """Bring a service whose deployment is lost to a good end, and return the outcome."""
        match lost.fate:
            case Fate.TIMED_OUT | Fate.HOPELESS:
                return await self._roll_back(lost)
            case Fate.UNHEALTHY:
                outcome = await self._roll_back(lost, completed=True)
                return with_remedy(outcome, lost.remedy)
            case Fate.FAILED:
                ecs_does = await self._ecs_rolls_back()
                return await (self._end(ecs_does) if ecs_does else self._roll_back(lost))
        return await self._end(lost)

    async def _end(self, lost: Ended) -> Outcome:
        """Follow the deployment that replaced ours to its end, if it is ECS's doing."""
        match lost.fate:
            case Fate.ROLLED_BACK:
                return await self._follow_ecs(lost)
            case Fate.PROVEN:
                return Promoted(self.change.ours.revision_arn, self.change.ours.id)
            case Fate.SUPERSEDED:
                by = lost.other.id if lost.other else ""
                return Superseded(
                    by,
                    "Superseded",
                    f"our deployment was superseded: {lost.message}",
                    "Find out who deployed it; cage leaves their deployment alone.",
                )
        return Unproven("ServiceGone", lost.message)

    async def _ecs_rolls_back(self) -> Ended | None:
        """Wait briefly for ECS's own rollback to show, if the service is configured for one."""
        config = self.change.service.configuration
        breaker = config.get("deploymentCircuitBreaker") or {}
        alarms = config.get("alarms") or {}
        if not (breaker.get("rollback") or alarms.get("rollback")):
            return None

        async def look() -> Ended | None:
            now = judge(await self.context.service.describe(), self.change.ours, missing_s=0)
            return None if now is None or now.fate is Fate.FAILED else now

        answer = await Wait(look, clock.Deadline.after(ROLLBACK_BEGINS_S), Pace(2.0)).result()
        return None if isinstance(answer, Late) else answer

    async def _follow_ecs(self, lost: Ended) -> Outcome:
        """Confirm the deployment by which ECS rolls the service back."""
        other = lost.other
        if other is None:
            return Unproven("RolledBack", lost.message)
        self.context.tell(events.StepStarted(Step.ROLL_BACK, "ECS rolls the service back"))
        ours = self.change.ours.id
        answer = await self._prove(Ours(other.id, other.revision_arn, frozenset({ours})))
        if answer.left is not None:
            return answer.left
        if answer.proven:
            return RolledBack("ECS", other.revision_arn, lost.reason, lost.message)
        return self._not_rolled_back(lost, answer)

    async def _roll_back(self, lost: Ended, *, completed: bool = False) -> Outcome:
        """Roll the service back to the revision that was good, and confirm that.

        Only if the service still runs our own deployment: cage doesn't undo a deployment that
        someone else, or ECS, has put in its place.
        """
        reason, message = lost.reason, lost.message
        if self.change.kept:
            return Unproven(reason, f"{message}; it is left as it is: {self.change.kept}")
        good = self.change.ours.good_revision_arn
        if good is None:
            return Unproven(
                reason,
                message,
                "No revision is known to be good: the deployment before had failed too.",
            )
        name = good.rpartition("/")[2]
        self.context.tell(events.StepStarted(Step.ROLL_BACK, f"roll the service back to {name}"))
        try:
            stands = await self._what_stands(completed=completed)
            if isinstance(stands, Ended):
                return await self._end(stands)
            back = await update(self.context, stands, good, self._undo(stands))
            answer = await self._prove(back)
        except AwsError as error:
            return Unproven(reason, f"{message}; the rollback failed: {error.what}", error.why)
        if answer.left is not None:
            return answer.left
        if answer.proven:
            return RolledBack("cage", good, reason, message)
        return self._not_rolled_back(lost, answer)

    def _undo(self, stands: Service) -> Shape:
        """Return what restores the settings, without a count that someone changed since."""
        undo, sent = self.change.undo, self.change.service.raw.get(_COUNT)
        return {k: v for k, v in undo.items() if k != _COUNT or stands.desired_count == sent}

    async def _what_stands(self, *, completed: bool) -> Service | Ended:
        """Return the service if it still runs our deployment; otherwise, how ours ended.

        Args:
            completed: Whether to roll ours back although it completed.

        Raises:
            AwsUnavailableError: AWS didn't answer.
        """
        undone = {Fate.FAILED, Fate.PROVEN} if completed else {Fate.FAILED}

        async def look() -> Service | Ended | None:
            service = await self.context.service.describe()
            now = judge(service, self.change.ours, missing_s=0)
            if now is not None and now.fate not in undone:
                return now
            primary = service.primary if service else None
            return service if primary is not None and primary.id == self.change.ours.id else None

        wait: Wait[Service | Ended] = Wait(look, clock.Deadline.after(_AGREE_S))
        answer = await wait.result()
        if not isinstance(answer, Late):
            return answer
        if answer.last_error is not None:
            raise answer.last_error
        return Ended(Fate.SUPERSEDED, "ECS lists an older deployment in its place")

    async def _prove(self, back: Ours) -> Ended:
        """Follow the deployment that rolls the service back."""
        timeout_s = self.change.timeout_s + pauses_s(self.change.service)
        change = dataclasses.replace(
            self.change, ours=back, timeout_s=timeout_s, failures=None, on_timeout=ROLLBACK
        )
        return await Proof(self.context, change, self.observer.afterwards()).outcome()

    def _not_rolled_back(self, lost: Ended, answer: Ended) -> Outcome:
        text = f"{lost.message}; the rollback isn't confirmed: {answer.message}"
        return Unproven(lost.reason, text, rolling_back=answer.fate is Fate.TIMED_OUT)
