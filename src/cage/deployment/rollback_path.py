"""What to do once a deployment is lost: wait for ECS to put the service back, or do it."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from cage.deployment.judgment import Fate, Judgment, Ours, judge
from cage.deployment.proof import ROLLBACK_BEGINS_S, Proof
from cage.deployment.update import update
from cage.model import events
from cage.model.base import Shape
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import (
    Failed,
    Inconclusive,
    Outcome,
    Promoted,
    RolledBack,
    Superseded,
    Unproven,
)
from cage.model.services import Service
from cage.ports.ecs import Ecs
from cage.runtime import clock
from cage.runtime.journal import Journal
from cage.runtime.polling import OF_DEPLOYMENT, Late, Pace, Wait

_AGREE_S = 30.0
"""How long ECS's reads may lag before they show again what they showed once."""


@dataclasses.dataclass(frozen=True, slots=True)
class WayBack:
    """What is needed to put a service back.

    Attributes:
        ours: The deployment that is lost, and the revision to go back to.
        service: The service as it was before the update.
        each_look: Called at each look at the service, while it is put back.
        pace: How often to look.
        undo: What puts back the members that were changed beside the revision.
        kept: Why cage leaves a failed deployment as it is, though ECS may still roll it back;
            empty: it puts it back.
    """

    ecs: Ecs
    journal: Journal
    cluster: str
    service: Service
    ours: Ours
    undo: Shape
    timeout_s: float
    kept: str = ""
    each_look: Callable[[Service | None], Awaitable[object]] | None = None
    pace: Pace = OF_DEPLOYMENT

    async def after(self, lost: Judgment | Late) -> Outcome:
        """Bring a service whose deployment is lost to a good end, and say to which."""
        if isinstance(lost, Late):
            why = lost.last_error.what if lost.last_error else "it was not completed in time"
            return await self._roll_back("TimedOut", f"deployment {self.ours.id}: {why}")
        if lost.fate is Fate.HOPELESS:
            return await self._roll_back(lost.reason, lost.message)
        if lost.fate is not Fate.FAILED:
            return await self._end(lost)
        ecs_does = await self._ecs_rolls_back()
        if ecs_does is not None:
            return await self._end(ecs_does)
        return await self._roll_back("DeploymentFailed", lost.message)

    async def after_bake(self, verdict: Failed | Inconclusive) -> Outcome:
        """Put a service back whose deployment completed, and which isn't well since."""
        return await self._roll_back(verdict.reason, verdict.message, completed=True)

    async def _end(self, lost: Judgment) -> Outcome:
        """Follow what stands in our deployment's place to its end, where that is ECS's doing."""
        match lost.fate:
            case Fate.ROLLED_BACK:
                return await self._follow_ecs(lost)
            case Fate.PROVEN:
                return Promoted(self.ours.revision_arn, self.ours.id)
            case Fate.SUPERSEDED:
                by = lost.other.id if lost.other else ""
                return Superseded(
                    by,
                    "Superseded",
                    f"our deployment was superseded: {lost.message}",
                    "Find out who deployed it; cage leaves their deployment alone.",
                )
            case Fate.GONE | Fate.FAILED | Fate.HOPELESS:
                return Unproven("ServiceGone", lost.message)

    async def _ecs_rolls_back(self) -> Judgment | None:
        """Wait a moment for ECS's own rollback to show, where the service asks for one."""
        config = self.service.raw.get("deploymentConfiguration") or {}
        breaker = config.get("deploymentCircuitBreaker") or {}
        alarms = config.get("alarms") or {}
        if not (breaker.get("rollback") or alarms.get("rollback")):
            return None

        async def look() -> Judgment | None:
            now = judge(await self._service_now(), self.ours, missing_s=0)
            return None if now is None or now.fate is Fate.FAILED else now

        answer = await Wait(look, clock.Deadline.after(ROLLBACK_BEGINS_S), Pace(2.0)).result()
        return None if isinstance(answer, Late) else answer

    async def _follow_ecs(self, lost: Judgment) -> Outcome:
        """Prove the deployment by which ECS puts the service back."""
        other = lost.other
        if other is None:
            return Unproven("RolledBack", lost.message)
        self.journal.tell(events.StepStarted(Step.ROLL_BACK, "ECS puts the service back"))
        answer = await self._prove(Ours(other.id, other.revision_arn, frozenset({self.ours.id})))
        if isinstance(answer, Judgment) and answer.fate is Fate.PROVEN:
            return RolledBack("ECS", other.revision_arn, "DeploymentFailed", lost.message)
        return self._not_put_back("DeploymentFailed", lost.message, answer)

    async def _roll_back(self, reason: str, message: str, *, completed: bool = False) -> Outcome:
        """Put the service back to the revision that was good, and prove that.

        Only while our own deployment is what the service runs: what somebody else, or ECS,
        has put in its place by now isn't cage's to undo.
        """
        if self.kept:
            text = f"{message}; it is left as it is: {self.kept}"
            return Unproven(reason, text)
        good = self.ours.good_revision_arn
        if good is None:
            return Unproven(
                reason,
                message,
                "No revision is known to be good: the deployment before had failed too.",
            )
        name = good.rpartition("/")[2]
        self.journal.tell(events.StepStarted(Step.ROLL_BACK, f"put the service back to {name}"))
        try:
            stands = await self._what_stands(completed=completed)
            if isinstance(stands, Judgment):
                return await self._end(stands)
            back = await update(
                self.ecs,
                self.journal,
                cluster=self.cluster,
                service=stands,
                revision_arn=good,
                changes=self.undo,
            )
            answer = await self._prove(back)
        except AwsError as error:
            return Unproven(reason, f"{message}; putting it back failed: {error.what}", error.why)
        if isinstance(answer, Judgment) and answer.fate is Fate.PROVEN:
            return RolledBack("cage", good, reason, message)
        return self._not_put_back(reason, message, answer)

    async def _what_stands(self, *, completed: bool) -> Service | Judgment:
        """Return the service if ours is still what it runs, or else what became of ours.

        Args:
            completed: Whether ours is to be put back although it completed.

        Raises:
            AwsUnavailableError: AWS didn't say.
        """
        undone = {Fate.FAILED, Fate.PROVEN} if completed else {Fate.FAILED}

        async def look() -> Service | Judgment | None:
            service = await self._service_now()
            now = judge(service, self.ours, missing_s=0)
            if now is not None and now.fate not in undone:
                return now
            primary = service.primary if service else None
            return service if primary is not None and primary.id == self.ours.id else None

        wait: Wait[Service | Judgment] = Wait(look, clock.Deadline.after(_AGREE_S))
        answer = await wait.result()
        if not isinstance(answer, Late):
            return answer
        if answer.last_error is not None:
            raise answer.last_error
        return Judgment(Fate.SUPERSEDED, "ECS lists an older deployment in its place")

    async def _service_now(self) -> Service | None:
        return await self.ecs.find_service(self.cluster, self.service.name)

    async def _prove(self, ours: Ours) -> Judgment | Late:
        return await Proof(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.cluster,
            service_name=self.service.name,
            ours=ours,
            timeout_s=self.timeout_s,
            pace=lambda: self.pace,
            each_look=self._looked if self.each_look else None,
        ).result()

    async def _looked(self, service: Service | None) -> None:
        """Hand a look on. Nothing that it says ends the way back."""
        if self.each_look is not None:
            await self.each_look(service)

    def _not_put_back(self, reason: str, message: str, answer: Judgment | Late) -> Outcome:
        why = answer.message if isinstance(answer, Judgment) else "it was not completed in time"
        return Unproven(
            reason,
            f"{message}; putting the service back isn't proven: {why}",
        )
