"""Following what a dead rollout began in a service, as the rollout itself would have."""

from __future__ import annotations

import dataclasses

from cage.availability import floor_guard
from cage.availability.watch import Watch, WatchedTargetGroups
from cage.canary import orphans
from cage.canary.orphans import Surroundings
from cage.canary.replacement import Replacement
from cage.canary.task import Canary, Plan
from cage.deployment.judgment import Fate, Judgment, Ours
from cage.deployment.proof import Proof
from cage.deployment.steadiness import Steadiness
from cage.diagnosis.doctor import Doctor
from cage.model import events
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import Failed, Outcome, Passed, Promoted, RolledBack, Superseded, Unproven
from cage.model.revisions import Revision
from cage.model.services import Deployment, PastDeployment, Service, ServiceRevision
from cage.model.targets import TargetGroup
from cage.model.tasks import OnLaunchType, Task, TaskRequest
from cage.options.request import Request
from cage.ports.gateway import Gateway
from cage.rollout.dead_rollout import Remains, Stand
from cage.rollout.guards import Guards
from cage.rollout.plan import update_changes
from cage.rollout.promotion import Ground, Promotion
from cage.rollout.story import Story
from cage.runtime import clock
from cage.runtime.polling import Wait

_STEADY_WITHIN_S = 60.0


@dataclasses.dataclass(frozen=True, slots=True)
class Following:
    """The second half of a rollout, by another process.

    Attributes:
        trace: The dead rollout's canary.
        canary_is_there: Whether it still runs.
        remains: What the rollout has made of the service.
        good_revision_arn: What the service goes back to; None if nothing is known to be good.
        past: The service's history, the newest first.
    """

    gateway: Gateway
    request: Request
    story: Story
    service: Service
    trace: Task
    canary_is_there: bool
    remains: Remains
    good_revision_arn: str | None
    past: tuple[PastDeployment, ...]

    async def tell(self) -> Outcome:
        """Follow the deployment to its end, with the canary removed on the way."""
        ecs, ledger = self.gateway.ecs, self.story.progress.ledger
        ledger.floor = self.request.floor
        watched = WatchedTargetGroups(self.gateway.target_groups, ledger)
        watch = Watch(ecs, watched, ledger, self.request.cluster, self.service.name)
        revision = await ecs.describe_revision(self.trace.revision_arn)
        self.story.progress.revision = revision
        self.story.journal.tell(events.RevisionReady(revision.arn, registered=False))
        balancers = orphans.all_sides(self.service)
        groups = await orphans.groups_of(watched, balancers)
        canary = await self._canary(revision, groups, watched)
        ledger.canaries |= {r.target for r in canary.registrations}
        await floor_guard.begin(watch, self.service, _own_groups(self.service, groups), ())
        try:
            async with canary:
                if self.remains.stand is Stand.PUT_BACK:
                    return await self._put_back()
                promotion = Promotion(
                    gateway=dataclasses.replace(self.gateway, target_groups=watched),
                    request=self.request,
                    story=self.story,
                    guards=Guards(
                        self.request.checks.alarms, self.gateway.cloudwatch, self.story.journal
                    ),
                    watch=watch,
                    doctor=Doctor(
                        ecs,
                        self.gateway.logs,
                        self.request.cluster,
                        self.service.name,
                        self.trace.created_at or clock.now(),
                    ),
                    ground=await self._ground(groups),
                    revision=revision,
                    canary=canary,
                )
                return await self._proven(promotion, canary, groups)
        finally:
            self.story.progress.left_behind += canary.left_behind

    async def _canary(
        self, revision: Revision, groups: dict[str, TargetGroup], watched: WatchedTargetGroups
    ) -> Canary:
        """Return the dead rollout's canary as if it were our own."""
        task, ecs = self.trace, self.gateway.ecs
        plan = Plan(
            service=self.service,
            revision=revision,
            groups=groups,
            request=TaskRequest(
                cluster=self.request.cluster,
                revision_arn=revision.arn,
                placement=OnLaunchType("", None),
                group=task.group,
                started_by=task.started_by,
                token="",
                tags=task.tags,
            ),
            stopped_timeout_s=self.request.timeouts.stopped_s,
        )
        canary = Canary(plan, ecs, watched, self.story.journal, self.story.interruption)
        if self.canary_is_there:
            balancers = orphans.all_sides(self.service)
            around = Surroundings(
                self.request.cluster, balancers, groups, 0.0, self.request.timeouts.stopped_s
            )
            registered = await orphans.registrations(task, around, ecs, watched)
            canary.adopt(task, registered, self._canary_took_s())
        return canary

    def _canary_took_s(self) -> float:
        """Return how long the canary took until the update."""
        ours, began = self.remains.ours, self.trace.created_at
        if ours is None or ours.created_at is None or began is None:
            return 0.0
        return max(0.0, (ours.created_at - began).total_seconds())

    async def _ground(self, groups: dict[str, TargetGroup]) -> Ground:
        """Return what the rollout knew before its update, as far as ECS still tells."""
        sent = update_changes(self.request)
        raw = {k: v for k, v in self.service.raw.items() if k != "currentServiceDeployment"}
        source = await self._source() if sent else None
        if source is not None:
            raw |= {key: source.raw.get(key) for key in sent}
        before = dataclasses.replace(self.service, raw=raw)
        own = _own_groups(self.service, groups)
        # Nothing is known that would put the settings back: then they stay as they are.
        sent = sent if source is not None else {}
        return Ground(before, self.service, sent, own, OnLaunchType("", None))

    async def _source(self) -> ServiceRevision | None:
        """Return the service revision that the service was on before the rollout."""
        began = self.trace.created_at or clock.now()
        for record in self.past:
            if record.created_at < began and record.status == "SUCCESSFUL":
                return await self.gateway.ecs.find_service_revision(record.service_revision_arn)
        return None

    async def _proven(
        self, promotion: Promotion, canary: Canary, groups: dict[str, TargetGroup]
    ) -> Outcome:
        """Prove the rollout's deployment, and that the service is well on it now."""
        replacement = Replacement(canary)
        await replacement.remember()
        ours = self._ours()
        record = self.remains.record
        outcome = await promotion.follow(ours, replacement, record.arn if record else "")
        if not isinstance(outcome, Promoted) or self.service.shifts_traffic:
            return outcome
        steadiness = Steadiness(
            ecs=self.gateway.ecs,
            target_groups=promotion.target_groups,
            cluster=self.request.cluster,
            service_name=self.service.name,
            ours=ours,
            group_names={a: g.name for a, g in _own_groups(self.service, groups).items()},
            others=lambda: canary.targets,
        )
        return await self._steady(steadiness, outcome)

    async def _steady(self, steadiness: Steadiness, outcome: Promoted) -> Outcome:
        """Require that the service is well: its deployment may have completed long ago."""
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
            f"deployment {outcome.deployment_id} is completed, but the service isn't well: {why}",
            f"Put it back: cage rollback --region {self.request.region} --cluster "
            f"{self.request.cluster} --service {self.service.name}",
        )

    def _ours(self) -> Ours:
        ours, record = self.remains.ours, self.remains.record
        ours_id = ours.id if ours else record.arn.rpartition("/")[2] if record else ""
        listed = frozenset(d.id for d in self.service.deployments)
        return Ours(ours_id, self.trace.revision_arn, listed - {ours_id}, self.good_revision_arn)

    async def _put_back(self) -> Outcome:
        """Prove the deployment that puts the service back."""
        stands = self.remains.stands
        if stands is None:
            raise AwsError("ECS lists no deployment of the service.")
        name = stands.revision_arn.rpartition("/")[2]
        self.story.step(Step.ROLL_BACK, f"follow the service back to {name}")
        proof = Proof(
            ecs=self.gateway.ecs,
            journal=self.story.journal,
            cluster=self.request.cluster,
            service_name=self.service.name,
            ours=Ours(stands.id, stands.revision_arn, frozenset()),
            timeout_s=self.request.timeouts.stable_s,
        )
        answer = await proof.result()
        self.story.progress.service = proof.service or self.service
        why = self._why_back(stands)
        if isinstance(answer, Judgment) and answer.fate is Fate.PROVEN:
            by = "ECS" if self.remains.by_ecs else "the dead rollout, or by somebody"
            remedy = "Its tasks failed; the service's events tell how: cage status "
            place = f"--cluster {self.request.cluster} --service {self.service.name}"
            return RolledBack(by, stands.revision_arn, "DeploymentFailed", why, remedy + place)
        if isinstance(answer, Judgment) and answer.fate is Fate.SUPERSEDED:
            other = answer.other.id if answer.other else ""
            remedy = "Find out who deployed it; cage leaves their deployment alone."
            return Superseded(other, "Superseded", answer.message, remedy)
        said = answer.message if isinstance(answer, Judgment) else "it took too long"
        return Unproven(
            "DeploymentFailed",
            f"{why}; that isn't proven: {said}",
            f"Look at it now: aws ecs describe-services --cluster {self.request.cluster} "
            f"--services {self.service.name}",
        )

    def _why_back(self, stands: Deployment) -> str:
        ours = self.remains.ours
        if ours is not None and ours.rollout_reason and ours.rollout_state == "FAILED":
            return ours.rollout_reason
        revision = self.trace.revision_arn.rpartition("/")[2]
        return f"deployment {stands.id} took the place of that of {revision}"


def _own_groups(service: Service, groups: dict[str, TargetGroup]) -> dict[str, TargetGroup]:
    """Return the groups that the service's targets are counted in."""
    arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
    return {arn: groups[arn] for arn in arns if arn in groups}
