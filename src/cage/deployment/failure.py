"""What to do once a deployment is lost: wait for ECS to put the service back, or do it."""

from __future__ import annotations

import dataclasses

from cage import clock, events
from cage.deployment import promotion
from cage.deployment.judgement import Fate, Judgement
from cage.deployment.proof import ROLLBACK_BEGINS_S, Proof
from cage.errors import AwsError
from cage.events import Journal, Step
from cage.gateway import Ecs
from cage.model import Service, Shape
from cage.outcome import Outcome, RolledBack, Superseded, Unproven
from cage.polling import Late, Wait


@dataclasses.dataclass(frozen=True, slots=True)
class WayBack:
    """What is needed to put a service back.

    Attributes:
        good_revision_arn: The revision known to be good; None if none is.
        undo: What puts back the members that were changed beside the revision.
    """

    ecs: Ecs
    journal: Journal
    cluster: str
    service: Service
    good_revision_arn: str | None
    undo: Shape
    timeout_s: float

    async def after(self, lost: Judgement | Late, deployment_id: str) -> Outcome:
        """Bring a service whose deployment is lost to a good end, and say to which."""
        look = (
            f"Look at it now: aws ecs describe-services --cluster {self.cluster} "
            f"--services {self.service.name}"
        )
        if isinstance(lost, Late):
            why = lost.last_error.what if lost.last_error else "it was not completed in time"
            return await self._roll_back("TimedOut", f"deployment {deployment_id}: {why}")
        match lost.fate:
            case Fate.ROLLED_BACK:
                return await self._follow_ecs(lost)
            case Fate.FAILED:
                ecs_does = await self._ecs_rolls_back(deployment_id)
                if ecs_does is not None:
                    return await self._follow_ecs(ecs_does)
                return await self._roll_back("DeploymentFailed", lost.message)
            case Fate.SUPERSEDED:
                by = lost.other.id if lost.other else ""
                return Superseded(
                    by,
                    "Superseded",
                    f"our deployment was superseded: {lost.message}",
                    "Find out who deployed it; cage leaves their deployment alone.",
                )
            case Fate.GONE | Fate.PROVEN:
                return Unproven("ServiceGone", lost.message, look)

    async def _ecs_rolls_back(self, deployment_id: str) -> Judgement | None:
        """Wait a moment for ECS's own rollback to show, where the service asks for one."""
        config = self.service.raw.get("deploymentConfiguration") or {}
        breaker = config.get("deploymentCircuitBreaker") or {}
        alarms = config.get("alarms") or {}
        if not (breaker.get("rollback") or alarms.get("rollback")):
            return None

        async def look() -> Judgement | None:
            service = await self.ecs.find_service(self.cluster, self.service.name)
            primary = service.primary if service else None
            if primary is None or primary.id == deployment_id:
                return None
            return Judgement(Fate.ROLLED_BACK, primary.rollout_reason, primary)

        answer = await Wait(look, clock.Deadline.after(ROLLBACK_BEGINS_S), 2.0).result()
        return None if isinstance(answer, Late) else answer

    async def _follow_ecs(self, lost: Judgement) -> Outcome:
        """Prove the deployment by which ECS puts the service back."""
        other = lost.other
        if other is None:
            return Unproven("RolledBack", lost.message)
        self.journal.tell(events.StepStarted(Step.ROLL_BACK, "ECS puts the service back"))
        answer = await self._prove(other.id, other.revision_arn)
        if isinstance(answer, Judgement) and answer.fate is Fate.PROVEN:
            return RolledBack("ECS", other.revision_arn, "DeploymentFailed", lost.message)
        return self._not_put_back("DeploymentFailed", lost.message, answer)

    async def _roll_back(self, reason: str, message: str) -> Outcome:
        """Put the service back to the revision that was good, and prove that."""
        good = self.good_revision_arn
        if good is None:
            return Unproven(
                reason,
                message,
                "No revision is known to be good: the deployment before had failed too.",
            )
        name = good.rpartition("/")[2]
        self.journal.tell(events.StepStarted(Step.ROLL_BACK, f"put the service back to {name}"))
        try:
            current = await self.ecs.find_service(self.cluster, self.service.name)
            back = await promotion.update(
                self.ecs,
                self.journal,
                cluster=self.cluster,
                service=current or self.service,
                revision_arn=good,
                changes=self.undo,
            )
            answer = await self._prove(back.id, good)
        except AwsError as error:
            return Unproven(reason, f"{message}; putting it back failed: {error.what}", error.why)
        if isinstance(answer, Judgement) and answer.fate is Fate.PROVEN:
            return RolledBack("cage", good, reason, message)
        return self._not_put_back(reason, message, answer)

    async def _prove(self, deployment_id: str, revision_arn: str) -> Judgement | Late:
        return await Proof(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.cluster,
            service_name=self.service.name,
            deployment_id=deployment_id,
            revision_arn=revision_arn,
            timeout_s=self.timeout_s,
        ).result()

    def _not_put_back(self, reason: str, message: str, answer: Judgement | Late) -> Outcome:
        why = answer.message if isinstance(answer, Judgement) else "it was not completed in time"
        return Unproven(
            reason,
            f"{message}; putting the service back isn't proven: {why}",
            f"Look at it now: aws ecs describe-services --cluster {self.cluster} "
            f"--services {self.service.name}",
        )
