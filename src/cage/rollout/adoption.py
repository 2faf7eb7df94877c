"""Follow what a dead rollout began in a service, as the rollout itself would have."""

from __future__ import annotations

import dataclasses

from cage.canary.orphans import Orphans
from cage.canary.task import Canary, Plan
from cage.comparison.update import Update
from cage.deployment import eligibility
from cage.deployment.follower import Change
from cage.deployment.judgment import Fate, Ours
from cage.deployment.proof import Proof
from cage.deployment.steadiness import Steadiness
from cage.deployment.strategy import Strategy
from cage.deployment.time_limit import ROLLBACK
from cage.diagnosis.doctor import Doctor
from cage.model import events
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import Failed, Outcome, Passed, Promoted, RolledBack, Superseded, Unproven
from cage.model.revisions import Revision
from cage.model.services import Deployment, PastDeployment, Service
from cage.model.targets import TargetGroup
from cage.model.tasks import OnLaunchType, Task, TaskRequest
from cage.rollout import record, settings
from cage.rollout.dead_rollout import Remains, Stand
from cage.rollout.patience import patience_with
from cage.rollout.promotion import Promotion
from cage.rollout.record import Record
from cage.rollout.requirement import Ground
from cage.rollout.run import Run
from cage.rollout.settings import Intent
from cage.runtime import clock
from cage.runtime.polling import Wait

_STEADY_WITHIN_S = 60.0


@dataclasses.dataclass(frozen=True, slots=True)
class Adoption:
    """The second half of a rollout, run by another process.

    Attributes:
        trace: The dead rollout's canary.
        canary_runs: Whether the canary hasn't stopped.
        remains: The changes that the rollout made to the service.
        good_revision_arn: The revision to roll back to; None if none is known to be good.
        past: The service's history, newest first.
    """

    run: Run
    service: Service
    trace: Task
    canary_runs: bool
    remains: Remains
    good_revision_arn: str | None
    past: tuple[PastDeployment, ...]

    async def story(self) -> Outcome:
        """Follow the deployment to its end, and remove the canary on the way."""
        run, context = self.run, self.run.context
        revision = await context.ecs.describe_revision(self.trace.revision_arn, tags=True)
        kept = record.left(revision, self.trace, self.past, context.place)
        run.revision = revision
        context.tell(events.RevisionReady(revision.arn, registered=False))
        orphans = await Orphans.of(
            context,
            self.service,
            longest_rollout_s=0.0,
            stopped_timeout_s=run.request.timeouts.stopped_s,
        )
        canary = await self._canary(revision, orphans)
        context.ledger.owners.canaries |= {r.target for r in canary.registrations}
        arns = dict.fromkeys(b.target_group_arn for b in self.service.load_balancers)
        own = {arn: orphans.groups[arn] for arn in arns if arn in orphans.groups}
        strategy = eligibility.require_fit(self.service)
        production = () if strategy.in_history else None
        await run.watch.open(self.service, own, production)
        async with run.cleaned_up(canary):
            if self.remains.stand is Stand.PUT_BACK:
                outcome = await self._follow_back()
                if kept is None or not isinstance(outcome, RolledBack):
                    return outcome
                return await settings.restored(context, outcome, kept.back, kept.there.sent)
            run.doctor = Doctor(context, self.trace.created_at or clock.now())
            ground = self._ground(strategy, own, kept)
            promotion = Promotion(run, ground, revision, canary)
            await promotion.tag()
            return await self._prove(promotion)

    async def _canary(self, revision: Revision, orphans: Orphans) -> Canary:
        """Return the dead rollout's canary as if it were our own."""
        task, request = self.trace, self.run.request
        plan = Plan(
            service=self.service,
            revision=revision,
            groups=orphans.groups,
            request=TaskRequest(
                cluster=self.run.context.place.cluster,
                revision_arn=revision.arn,
                placement=OnLaunchType("", None),
                group=task.group,
                started_by=task.started_by,
                token="",
                tags=task.tags,
            ),
            stopped_timeout_s=request.timeouts.stopped_s,
        )
        canary = Canary(self.run.context, plan)
        if self.canary_runs:
            canary.adopt(task, await orphans.registrations(task), self._canary_took_s())
        return canary

    def _canary_took_s(self) -> float:
        """Return how long the canary took, up to the update."""
        ours, began = self.remains.ours, self.trace.created_at
        if ours is None or ours.created_at is None or began is None:
            return 0.0
        return max(0.0, (ours.created_at - began).total_seconds())

    def _ground(
        self, strategy: Strategy, own: dict[str, TargetGroup], kept: Record | None
    ) -> Ground:
        """Return what the rollout knew before its update, as far as it was recorded."""
        update = Update(kept.there, kept.back) if kept else Update()
        return Ground(
            before=self.service,
            service=self.service,
            strategy=strategy,
            intent=Intent(update),
            groups=own,
            where=OnLaunchType("", None),
            requested_s=self.run.request.timeouts.stable_s,
        )

    async def _prove(self, promotion: Promotion) -> Outcome:
        """Confirm the rollout's deployment, and that the service is healthy on it now."""
        await promotion.replacement.remember()
        ours, record = self._ours(), self.remains.record
        outcome = await promotion.prove(ours, record.arn if record else "")
        if not isinstance(outcome, Promoted) or promotion.ground.strategy.bakes:
            return outcome
        return await self._steady(promotion.steadiness(ours), outcome)

    async def _steady(self, steadiness: Steadiness, outcome: Promoted) -> Outcome:
        """Require that the service is healthy: its deployment might have completed long ago."""
        said = await steadiness.look()

        async def look() -> Passed | Failed | None:
            nonlocal said
            said = await steadiness.look()
            return said if isinstance(said, Passed | Failed) else None

        deadline = clock.Deadline.after(_STEADY_WITHIN_S)
        answer = await Wait(look, deadline).result()
        if isinstance(answer, Passed):
            return outcome
        why = answer.message if isinstance(answer, Failed) else said.message
        return Unproven(
            "NotSteady",
            f"deployment {outcome.deployment_id} completed, but the service isn't healthy: {why}",
            f"To roll it back, run: cage rollback {self.run.context.place.flags}",
        )

    def _ours(self) -> Ours:
        ours, record = self.remains.ours, self.remains.record
        ours_id = ours.id if ours else record.arn.rpartition("/")[2] if record else ""
        listed = frozenset(d.id for d in self.service.deployments)
        return Ours(ours_id, self.trace.revision_arn, listed - {ours_id}, self.good_revision_arn)

    async def _follow_back(self) -> Outcome:
        """Confirm the deployment that rolls the service back."""
        run, stands = self.run, self.remains.stands
        if stands is None:
            raise AwsError("ECS lists no deployment of the service.")
        name = stands.revision_arn.rpartition("/")[2]
        run.step(Step.ROLL_BACK, f"follow the service back to {name}")
        change = Change(
            service=self.service,
            ours=Ours(stands.id, stands.revision_arn, frozenset()),
            timeout_s=await patience_with(run.context, run.request.timeouts.stable_s, self.service),
            on_pause=run.request.on_pause or "leave",
            on_timeout=ROLLBACK,
        )
        proof = Proof(run.context, change)
        ended = await proof.outcome()
        run.service = proof.service or self.service
        if ended.left is not None:
            return ended.left
        why, flags = self._why_back(stands), run.context.place.flags
        match ended.fate:
            case Fate.PROVEN:
                by = "ECS" if self.remains.by_ecs else "the dead rollout or someone else"
                remedy = f"Its tasks failed; the service's events show how: cage status {flags}"
                return RolledBack(by, stands.revision_arn, ended.reason, why, remedy)
            case Fate.SUPERSEDED:
                other = ended.other.id if ended.other else ""
                remedy = "Find out who deployed it; cage leaves their deployment alone."
                return Superseded(other, "Superseded", ended.message, remedy)
        return Unproven(
            "DeploymentFailed",
            f"{why}; that isn't confirmed: {ended.message}",
            f"To check the service now, run: cage status {flags}",
            rolling_back=ended.fate is Fate.TIMED_OUT,
        )

    def _why_back(self, stands: Deployment) -> str:
        ours = self.remains.ours
        if ours is not None and ours.rollout_reason and ours.rollout_state == "FAILED":
            return ours.rollout_reason
        revision = self.trace.revision_arn.rpartition("/")[2]
        return f"deployment {stands.id} replaced the deployment of {revision}"
