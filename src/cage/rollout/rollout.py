"""Rolling out a service, canary first. Read top to bottom: this is the whole story."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Awaitable, Callable

from cage.availability import floor_guard
from cage.availability.watch import Watch, WatchedTargetGroups
from cage.canary import contention, identity, patience, placement, targets
from cage.canary.analysis import analyse, approval, bake, watching
from cage.canary.approval import Approve, NotAborted, explains_itself, take_notice
from cage.canary.orphans import Surroundings, all_sides, groups_of
from cage.canary.task import Canary, Plan
from cage.checks import always
from cage.checks.protocol import Check, Means
from cage.deployment import changes, eligibility
from cage.diagnosis.doctor import Doctor
from cage.model import events
from cage.model.errors import RefusedError
from cage.model.events import Step
from cage.model.outcome import Outcome, Passed, Verdict
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.model.tasks import Placement
from cage.options.request import Request
from cage.ports.gateway import Gateway
from cage.rollout import turn
from cage.rollout.guards import Guards
from cage.rollout.lease import lock_held, under_lock
from cage.rollout.plan import update_changes
from cage.rollout.promotion import Ground, Promotion
from cage.rollout.registration import revision_for
from cage.rollout.story import Story, required_service
from cage.runtime import clock
from cage.runtime.decisions import Decisions
from cage.runtime.hold import while_held
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from cage.verification.preflight import findings_of, refusal_of


async def rollout(
    gateway: Gateway,
    request: Request,
    journal: Journal,
    interruption: Interruption | None = None,
    decisions: Decisions | None = None,
) -> Result:
    """Roll a revision out to a service, and prove it or put the service back.

    Args:
        decisions: Takes decisions that don't come through AWS.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    story = Story("rollout", request, journal, interruption or Interruption())
    return await story.run(
        functools.partial(under_lock, gateway, story, telling(gateway, request, story, decisions))
    )


def telling(
    gateway: Gateway, request: Request, story: Story, decisions: Decisions | None = None
) -> Callable[[], Awaitable[Outcome]]:
    """Return what tells the rollout's own story, as a part of another one's, too."""
    return _Rollout(gateway, request, story, decisions).tell


class _Rollout:
    """The story's own steps, on one gateway."""

    def __init__(
        self,
        gateway: Gateway,
        request: Request,
        story: Story,
        decisions: Decisions | None = None,
    ) -> None:
        self.gateway = gateway
        self.ecs = gateway.ecs
        ledger = story.progress.ledger
        ledger.floor = request.floor
        self.target_groups = WatchedTargetGroups(gateway.target_groups, ledger)
        self.guards = Guards(request.checks.alarms, gateway.cloudwatch, story.journal)
        self.decisions = decisions or Decisions()
        self.request = request
        self.story = story
        self.journal = story.journal
        self.doctor = Doctor(
            gateway.ecs, gateway.logs, request.cluster, request.service, clock.now()
        )
        self.watch = Watch(
            gateway.ecs, self.target_groups, ledger, request.cluster, request.service
        )
        self.canaries = 0

    async def tell(self) -> Outcome:
        """Tell the story; from the start again where ours gives way, and is to wait its turn."""
        return await turn.taken(self._tell, self.story)

    async def _tell(self) -> Outcome:
        self.story.step(Step.REQUIRE, f"look at service {self.request.service}")
        ground = await turn.taken(self._require, self.story)
        revision = await self._register(ground)
        waits = patience.Patience(self.request.timeouts.running_s)
        while True:
            canary = self._canary(ground, revision)
            try:
                async with canary:
                    verdict = await while_held(
                        (
                            *self.guards.held,
                            *lock_held(self.story),
                            NotAborted(canary, self.decisions),
                        ),
                        functools.partial(self._examine, canary),
                        self.journal,
                    )
                    await take_notice(canary, verdict, awaited=self.decisions.awaited.is_set())
                    if isinstance(verdict, Passed):
                        return await self._promotion(ground, revision, canary).tell()
            finally:
                self.story.progress.left_behind += canary.left_behind
                self.story.progress.canaries_left += canary.tasks_left
            pause_s = waits.next_pause_s() if patience.may_heal(verdict, canary) else None
            if pause_s is None:
                return self.story.aborted(verdict)
            self.journal.tell(events.CanaryRepeated(verdict.reason, pause_s))
            await clock.sleep(pause_s)

    async def _require(self) -> Ground:
        """Require a service that can be rolled out, with nobody else at it."""
        request = self.request
        before = await required_service(self.ecs, self.story)
        refusal = eligibility.refusal(before)
        if refusal is not None:
            raise refusal
        if request.timeouts.bake_after_s and before.shifts_traffic:
            raise RefusedError(
                f"Service {before.name} has strategy {before.strategy}: it bakes by itself.",
                "ECS keeps the old tasks for its bakeTimeInMinutes, and cage waits for that.",
                "Leave --bake-after out, and set bakeTimeInMinutes of deploymentConfiguration.",
            )
        self._require_a_way_to_decide(before)
        await self.guards.require_quiet()
        sent = update_changes(request)
        production = await self._production(before)
        service = targets.on_the_idle_side(changes.applied(before, sent), production)
        await self._require_askable(service)
        where = await self._place(service)
        arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
        groups = await self.target_groups.describe(list(arns))
        balancers = all_sides(before, service)
        until_now = tuple(b for b in balancers if b.target_group_arn not in groups)
        around = Surroundings(
            cluster=request.cluster,
            load_balancers=balancers,
            # A group that is gone is what an update may mend.
            groups=groups | await groups_of(self.target_groups, until_now),
            longest_rollout_s=request.longest_s,
            stopped_timeout_s=request.timeouts.stopped_s,
        )
        swept = await contention.sweep(
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
        if request.verify:
            await self._verify(service, groups)
        await floor_guard.require(self.watch, before, groups, production, self.journal)
        self.journal.tell(
            events.ServiceFound(before.revision_arn, before.desired_count, tuple(groups))
        )
        return Ground(before, service, sent, groups, where, production)

    async def _require_askable(self, service: Service) -> None:
        """Refuse checks that can't be asked of the new task definition."""
        asked, new = self.request.checks, self.request.task_definition
        if asked.settings and self.request.revision is not None:
            new = (await self.ecs.describe_revision(self.request.revision)).raw
        refusal = asked.misfit(service, new) if new is not None else None
        if refusal is not None:
            raise refusal

    def _require_a_way_to_decide(self, service: Service) -> None:
        if self.request.checks.approve and not service.can_be_tagged and not self.decisions.ways:
            raise RefusedError(
                f"Nobody could approve of a rollout of service {service.name}.",
                "Its tasks take no tags, so that cage promote can't reach it.",
                "Name a file that decides with --approve-file.",
            )

    async def _production(self, before: Service) -> tuple[str, ...]:
        """Return the target groups that production traffic comes by, where it is moved."""
        found: tuple[str, ...] = ()
        if before.shifts_traffic and before.load_balancers:
            for current in before.raw.get("currentServiceRevisions") or []:
                revision = await self.ecs.find_service_revision(current["arn"])
                found += revision.target_group_arns if revision else ()
        return found

    async def _verify(self, service: Service, groups: dict[str, TargetGroup]) -> None:
        """Refuse what is certain to fail."""
        findings = await findings_of(self.gateway, self.request, service, groups)
        self.journal.tell(events.Verified(findings))
        refusal = refusal_of(findings)
        if refusal is not None:
            raise refusal

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

    async def _register(self, ground: Ground) -> Revision:
        """Register the next revision, or take the one that was named, if it fits the service."""
        revision = await revision_for(self.story, self.ecs)
        # If the story is told again, nothing is registered again.
        self.story.request = dataclasses.replace(
            self.story.request, revision=revision.arn, task_definition=None
        )
        mismatch = targets.mismatch(ground.service, revision, ground.groups)
        if mismatch is not None:
            raise mismatch
        return revision

    def _canary(self, ground: Ground, revision: Revision) -> Canary:
        service = ground.service
        self.canaries += 1
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
                token=f"cage-{self.journal.rollout_id}-{self.canaries}"[:64],
                tags=identity.tags(
                    service,
                    self.journal.rollout_id,
                    clock.now(),
                    eligibility.known_good(ground.before),
                ),
            ),
            stopped_timeout_s=self.request.timeouts.stopped_s,
            watch=self.watch.during_checks,
        )
        return Canary(plan, self.ecs, self.target_groups, self.journal, self.story.interruption)

    async def _examine(self, canary: Canary) -> Verdict:
        """Ask the canary every question, and have a bad answer explained."""
        verdict = await self._ask(canary)
        if isinstance(verdict, Passed) or explains_itself(verdict):
            return verdict
        if canary.task is not None:
            revision = canary.plan.revision
            self.story.diagnosed(await self.doctor.of_canary(canary.task, revision, verdict))
        return verdict

    async def _ask(self, canary: Canary) -> Verdict:
        """Start the canary and ask it every question; the first bad answer ends it."""
        timeouts = self.request.timeouts
        self.story.step(Step.START, f"start a canary task of {canary.plan.revision.name}")
        started = await canary.start()
        if not isinstance(started, Passed):
            return started
        self.story.step(Step.CHECK, "check the canary task")
        means = Means(
            region=self.request.region,
            outside=self.gateway.outside,
            cloudwatch=self.gateway.cloudwatch,
            logs=self.gateway.logs,
        )
        asked = self.request.checks.questions(means)
        before = always.before_traffic(timeouts.running_s, timeouts.health_check_s) + asked.alone
        after = always.in_traffic(timeouts.health_check_s, timeouts.idle_s) + asked.serving
        checked = await while_held(
            watching(canary, (*before, *after)),
            functools.partial(self._analyse, canary, before, after),
            self.journal,
        )
        if isinstance(checked, Passed) and timeouts.bake_s:
            checked = await bake(canary, (*before, *after), timeouts.bake_s)
        if not isinstance(checked, Passed) or self.request.checks.approve is None:
            return checked
        self.story.step(Step.APPROVE, "wait for approval")
        approve = Approve(self.request.checks.approve, canary, self.decisions, self.request.naming)
        return await approval(canary, (*before, *after), approve)

    async def _analyse(
        self, canary: Canary, before: tuple[Check, ...], after: tuple[Check, ...]
    ) -> Verdict:
        """Ask the canary alone, then where it is registered wherever the service is."""
        alone = await analyse(canary, before)
        if not isinstance(alone, Passed):
            return alone
        found = await canary.locate()
        if not isinstance(found, str):
            await canary.register(found)
        return await analyse(canary, after)

    def _promotion(self, ground: Ground, revision: Revision, canary: Canary) -> Promotion:
        return Promotion(
            gateway=dataclasses.replace(self.gateway, target_groups=self.target_groups),
            request=self.request,
            story=self.story,
            guards=self.guards,
            watch=self.watch,
            doctor=self.doctor,
            ground=ground,
            revision=revision,
            canary=canary,
            decisions=self.decisions,
        )
