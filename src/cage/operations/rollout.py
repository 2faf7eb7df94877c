"""Rolling out a service, canary first. Read top to bottom: this is the whole story."""

from __future__ import annotations

import dataclasses

from cage import clock, events
from cage.background import background
from cage.canary import checks, identity, others, placement, targets
from cage.canary.analysis import analyse
from cage.canary.leftovers import Surroundings, groups_of
from cage.canary.replacement import Replacement
from cage.canary.task import Canary, Plan
from cage.deployment import changes, eligibility, promotion
from cage.deployment.failure import WayBack
from cage.deployment.judgement import Fate, Judgement, Ours
from cage.deployment.proof import Proof
from cage.errors import AwsError, NotFoundError, RefusedError
from cage.events import Journal, Step
from cage.interruption import Interruption
from cage.model import Placement, Revision, Service, Shape, TargetGroup
from cage.operations import turn
from cage.operations.registering import revision_for
from cage.operations.request import Gateway, Request, Result
from cage.operations.story import Story
from cage.outcome import Aborted, Inconclusive, Outcome, Passed, Promoted, Verdict


async def rollout(
    gateway: Gateway,
    request: Request,
    journal: Journal,
    interruption: Interruption | None = None,
) -> Result:
    """Roll a revision out to a service, and prove it or put the service back.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    story = Story("rollout", request, journal, interruption or Interruption())
    return await story.run(_Rollout(gateway, request, story).tell)


@dataclasses.dataclass(frozen=True, slots=True)
class _Ground:
    """What is known before anything is changed.

    Attributes:
        before: The service as it is.
        service: The service as it will be, with what the update sends beside the revision.
        sent: What the update sends beside the revision.
    """

    before: Service
    service: Service
    sent: Shape
    groups: dict[str, TargetGroup]
    where: Placement


class _Rollout:
    """The story's own steps, on one gateway."""

    def __init__(self, gateway: Gateway, request: Request, story: Story) -> None:
        self.ecs = gateway.ecs
        self.target_groups = gateway.target_groups
        self.request = request
        self.story = story
        self.journal = story.journal

    async def tell(self) -> Outcome:
        """Tell the story."""
        self.story.step(Step.REQUIRE, f"look at service {self.request.service}")
        ground = await turn.taken(self._require, self.request.wait_for_turn_s, self.journal)
        revision = await self._register(ground)
        canary = self._canary(ground, revision)
        try:
            async with canary:
                verdict = await self._examine(canary)
                if isinstance(verdict, Passed):
                    return await self._promote(ground, revision, canary)
                return self._aborted(verdict)
        finally:
            self.story.progress.left_behind = canary.left_behind

    async def _require(self) -> _Ground:
        """Require a service that can be rolled out, with nobody else at it."""
        request = self.request
        before = await self._find_service()
        refusal = eligibility.refusal(before)
        if refusal is not None:
            raise refusal
        sent = changes.from_definition(request.service_definition) if request.update_service else {}
        service = changes.applied(before, sent)
        where = await self._place(service)
        arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
        groups = await self.target_groups.describe(list(arns))
        balancers = tuple(dict.fromkeys((*before.load_balancers, *service.load_balancers)))
        until_now = tuple(b for b in before.load_balancers if b.target_group_arn not in groups)
        around = Surroundings(
            cluster=request.cluster,
            load_balancers=balancers,
            # A group that is gone is what an update may mend.
            groups=groups | await groups_of(self.target_groups, until_now),
            longest_rollout_s=request.timeouts.longest_s,
            stopped_timeout_s=request.timeouts.stopped_s,
        )
        swept = await others.sweep(
            before.name,
            around,
            self.ecs,
            self.target_groups,
            self.journal,
            self.story.interruption,
        )
        if swept:
            # Waiting for the other took time, in which it may have deployed.
            return await self._require()
        self.journal.tell(
            events.ServiceFound(before.revision_arn, before.desired_count, tuple(groups))
        )
        return _Ground(before, service, sent, groups, where)

    async def _find_service(self) -> Service:
        request = self.request
        service = await self.ecs.find_service(request.cluster, request.service)
        if service is None:
            raise NotFoundError(
                f"There is no service {request.service} in cluster {request.cluster}.",
                f"Asked in Region {request.region}.",
                "Check --service, --cluster and --region; a new service is made with cage up.",
                operation="DescribeServices",
                code="ServiceNotFoundException",
            )
        self.story.progress.service = service
        return service

    async def _place(self, service: Service) -> Placement:
        """Decide where the canary starts; a named instance is resolved now."""
        name = self.request.canary_instance
        auto = name == placement.AUTO
        if name is None or auto or not placement.needs_instance(service):
            return placement.placement(service, None, auto=auto)
        instance = await self.ecs.find_container_instance(self.request.cluster, name)
        if instance is None:
            raise RefusedError(
                f"There is no container instance {name} in cluster {self.request.cluster}.",
                "ECS lists no instance of that id or ARN there.",
                f"List them: aws ecs list-container-instances --cluster {self.request.cluster}",
            )
        return placement.placement(service, instance.arn, auto=False)

    async def _register(self, ground: _Ground) -> Revision:
        """Register the next revision, or take the one that was named, if it fits the service."""
        revision = await revision_for(self.story, self.ecs)
        mismatch = targets.mismatch(ground.service, revision, ground.groups)
        if mismatch is not None:
            raise mismatch
        return revision

    def _canary(self, ground: _Ground, revision: Revision) -> Canary:
        service = ground.service
        plan = Plan(
            service=service,
            revision=revision,
            groups=ground.groups,
            request=placement.task_request(
                cluster=self.request.cluster,
                service=service,
                revision=revision,
                where=ground.where,
                group=identity.group(service.name),
                started_by=identity.started_by(service.name),
                token=f"cage-{self.journal.rollout_id}"[:64],
                tags=identity.tags(service, self.journal.rollout_id, clock.now()),
            ),
            stopped_timeout_s=self.request.timeouts.stopped_s,
        )
        return Canary(plan, self.ecs, self.target_groups, self.journal, self.story.interruption)

    async def _examine(self, canary: Canary) -> Verdict:
        """Start the canary and ask it every question; the first bad answer ends it."""
        timeouts = self.request.timeouts
        self.story.step(Step.START, f"start a canary task of {canary.plan.revision.name}")
        started = await canary.start()
        if not isinstance(started, Passed):
            return started
        self.story.step(Step.CHECK, "check the canary task")
        alone = await analyse(
            canary, checks.before_traffic(timeouts.running_s, timeouts.health_check_s)
        )
        if not isinstance(alone, Passed):
            return alone
        found = await canary.locate()
        if not isinstance(found, str):
            await canary.register(found)
        return await analyse(canary, checks.in_traffic(timeouts.health_check_s, timeouts.idle_s))

    def _aborted(self, verdict: Verdict) -> Outcome:
        inconclusive = isinstance(verdict, Inconclusive)
        reason = "" if isinstance(verdict, Passed) else verdict.reason
        remedy = "" if isinstance(verdict, Passed) else verdict.remedy
        return Aborted(self.story.progress.step, reason, verdict.message, remedy, inconclusive)

    async def _promote(self, ground: _Ground, revision: Revision, canary: Canary) -> Outcome:
        """Update the service, and prove the new deployment or put the service back."""
        progress = self.story.progress
        self.story.step(Step.PROMOTE, f"update the service to {revision.name}")
        if canary.task is not None:
            await others.give_way(canary.task, ground.before.name, self.request.cluster, self.ecs)
        replacement = Replacement(canary)
        await replacement.remember()
        ours = await self._update(ground, revision)
        self.story.step(Step.PROVE, f"prove deployment {ours.id}")
        proof = Proof(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service_name=ground.before.name,
            ours=ours,
            timeout_s=self.request.timeouts.stable_s,
            expected_s=replacement.expected_s(),
            each_look=replacement.look,
        )
        async with background() as tasks:
            tasks.start_soon(replacement.retire_when_replaced)
            answer = await proof.result()
            progress.service = proof.service
            replacement.proof_ended()
            proven = isinstance(answer, Judgement) and answer.fate is Fate.PROVEN
            if not proven:
                # The way back mustn't wait for the canary; that goes on beside it.
                tasks.cancel_scope.cancel()
        if proven:
            return Promoted(revision.arn, ours.id)
        back = WayBack(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service=ground.before,
            ours=ours,
            undo=changes.undo(ground.before, ground.sent),
            timeout_s=self.request.timeouts.stable_s,
        )
        self.story.progress.step = Step.ROLL_BACK
        async with background() as tasks:
            # A canary of a revision that is given up serves nobody well: it goes now.
            tasks.start_soon(canary.retire_quietly)
            return await back.after(answer)

    async def _update(self, ground: _Ground, revision: Revision) -> Ours:
        """Update the service, if nobody else has changed it since this rollout began."""
        now = await self._find_service()
        refusal = eligibility.refusal(now) or eligibility.overtaken(ground.before, now)
        if refusal is not None:
            raise refusal
        self.story.progress.changed = True
        try:
            return await promotion.update(
                self.ecs,
                self.journal,
                cluster=self.request.cluster,
                service=now,
                revision_arn=revision.arn,
                changes=ground.sent,
                good_revision_arn=eligibility.known_good(ground.before),
            )
        except AwsError as error:
            self.story.progress.changed = error.may_have_happened
            raise
