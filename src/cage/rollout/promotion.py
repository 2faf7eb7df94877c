"""From a checked canary to a proven service, or to one that is put back."""

from __future__ import annotations

import contextlib
import dataclasses

from cage.availability import floor_guard
from cage.availability.sides import serving
from cage.availability.watch import Watch
from cage.canary import contention
from cage.canary.approval import aborted, take_notice
from cage.canary.replacement import Replacement
from cage.canary.task import Canary
from cage.deployment import changes, eligibility
from cage.deployment.judgment import Fate, Judgment, Ours
from cage.deployment.proof import Proof
from cage.deployment.rollback_path import WayBack
from cage.deployment.steadiness import Steadiness
from cage.deployment.task_failures import (
    RESTLESS_S,
    Failures,
    NoFurtherFailures,
    has_breaker,
    lasting,
)
from cage.deployment.traffic_shift import Shift, held_s
from cage.deployment.update import update
from cage.diagnosis.doctor import Doctor
from cage.model.base import Shape
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import Failed, Inconclusive, Outcome, Passed, Promoted, with_remedy
from cage.model.revisions import Revision
from cage.model.services import Service, ServiceDeployment
from cage.model.targets import TargetGroup
from cage.model.tasks import Placement
from cage.options.request import Request
from cage.ports.ecs import Ecs
from cage.ports.gateway import Gateway
from cage.ports.target_groups import TargetGroups
from cage.rollout.guards import Guards
from cage.rollout.lease import require_lock
from cage.rollout.story import Story, required_service
from cage.runtime.background import background
from cage.runtime.decisions import Decisions
from cage.runtime.hold import Held, hold, while_held
from cage.runtime.journal import Journal
from cage.runtime.polling import OF_DEPLOYMENT, Late

_KEPT = "--on-failure keep asks for that"


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """What is known before anything is changed.

    Attributes:
        before: The service as it is.
        service: The service as it will be, with what the update sends beside the revision.
        sent: What the update sends beside the revision.
        production: The target groups that production traffic comes by, where it is moved.
    """

    before: Service
    service: Service
    sent: Shape
    groups: dict[str, TargetGroup]
    where: Placement
    production: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Promotion:
    """The second half of a rollout, from the update on.

    Attributes:
        ground: What was known before anything was changed.
        revision: What the service is to run.
        canary: The task that has answered every question.
        decisions: Takes an abort until the update.
    """

    gateway: Gateway
    request: Request
    story: Story
    guards: Guards
    watch: Watch
    doctor: Doctor
    ground: Ground
    revision: Revision
    canary: Canary
    decisions: Decisions = dataclasses.field(default_factory=Decisions)

    @property
    def ecs(self) -> Ecs:
        """The gateway's ECS."""
        return self.gateway.ecs

    @property
    def target_groups(self) -> TargetGroups:
        """The gateway's target groups."""
        return self.gateway.target_groups

    @property
    def journal(self) -> Journal:
        """The story's journal."""
        return self.story.journal

    async def tell(self) -> Outcome:
        """Update the service, and prove the new deployment or put the service back."""
        name = self.ground.before.name
        self.story.step(Step.PROMOTE, f"update the service to {self.revision.name}")
        if self.canary.task is not None:
            self.canary.task = await contention.give_way(
                self.canary.task, name, self.request.cluster, self.ecs
            )
        replacement = Replacement(self.canary)
        await replacement.remember()
        self.decisions.closed.set()
        broken = await self.guards.broken() or aborted(self.canary, self.decisions)
        if broken is not None:
            await take_notice(self.canary, broken, awaited=self.decisions.awaited.is_set())
            return self.story.aborted(broken)
        return await self.follow(await self._update(), replacement)

    async def follow(self, ours: Ours, replacement: Replacement, shift_arn: str = "") -> Outcome:
        """Prove a deployment that was begun, or put the service back.

        Args:
            replacement: Watches for the canary's; it remembers what was there before.
            shift_arn: The service deployment, where traffic moves and it is known already.
        """
        self.story.step(Step.PROVE, f"prove deployment {ours.id}")
        if self.ground.service.shifts_traffic:
            return await self._prove_shift(ours, replacement, shift_arn)
        failures = self._failures(ours, replacement.expected_s())
        answer = await self._prove(ours, replacement, failures)
        if _proven(answer):
            return Promoted(ours.revision_arn, ours.id)
        return await self._put_back(answer, self._way_back(ours), failures)

    def _way_back(self, ours: Ours) -> WayBack:
        before = self.ground.before
        shifts_s = held_s(before.raw.get("deploymentConfiguration") or {})
        return WayBack(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service=before,
            ours=ours,
            undo=changes.undo(before, self.ground.sent),
            timeout_s=self.request.timeouts.stable_s + (shifts_s if before.shifts_traffic else 0),
            kept=_KEPT if self.request.on_failure == "keep" else "",
            each_look=self.watch.during_deployment,
            pace=self.watch.often_enough(OF_DEPLOYMENT),
        )

    async def _prove(
        self, ours: Ours, replacement: Replacement, failures: Failures
    ) -> Judgment | Late | Failed | Inconclusive:
        """Follow a rolling deployment until it is proven, with the canary leaving beside it."""

        async def looked(service: Service | None) -> Judgment | None:
            listed = service.deployment(ours.id) if service else None
            if listed is not None:
                await replacement.look(listed.running_count, listed.desired_count)
            if self.canary.task is not None:
                failures.count(self.canary.task)
            broken = await self.watch.during_deployment(service, replacement.next_look_s())
            return (
                Judgment(Fate.HOPELESS, broken, reason=floor_guard.BELOW_FLOOR) if broken else None
            )

        proof = Proof(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service_name=self.ground.before.name,
            ours=ours,
            timeout_s=self.request.timeouts.stable_s,
            pace=lambda: self.watch.often_enough(replacement.pace()),
            each_look=looked,
            failures=failures,
        )
        async with background() as tasks:
            tasks.start_soon(replacement.retire_when_replaced)
            answer: Judgment | Late | Failed | Inconclusive
            answer = await while_held(self.guards.held, proof.result, self.journal)
            await self.watch.close()
            self.story.progress.service = proof.service
            replacement.proof_ended()
            if _proven(answer):
                answer = await self._unwell(failures, [self._steadiness(ours)]) or answer
            if not _proven(answer):
                # The way back mustn't wait for the canary; that goes on beside it.
                tasks.cancel_scope.cancel()
        return answer

    async def _put_back(
        self, lost: Judgment | Late | Failed | Inconclusive, back: WayBack, failures: Failures
    ) -> Outcome:
        self.story.progress.step = Step.ROLL_BACK
        async with background() as tasks:
            # A canary of a revision that is given up serves nobody well: it goes now.
            tasks.start_soon(self.canary.retire_quietly)
            tasks.start_soon(self._explain, failures)
            if isinstance(lost, Failed | Inconclusive):
                outcome = with_remedy(await back.after_bake(lost), lost.remedy)
            else:
                outcome = await back.after(lost)
        return floor_guard.with_remedy(outcome, self.story.progress.diagnosis)

    async def _explain(self, failures: Failures) -> None:
        """Say why the service's own new tasks failed, beside the way back."""
        with contextlib.suppress(AwsError):
            await failures.refresh()
        own = [t for t in failures.tasks if t.started_by == failures.deployment_id]
        self.story.diagnosed(await self.doctor.of_tasks(own or failures.tasks, self.revision))

    async def _unwell(self, failures: Failures, held: list[Held]) -> Failed | Inconclusive | None:
        """Watch the proven service for a while, if asked or restless; None: it stays well."""
        with contextlib.suppress(AwsError):
            # A task that failed and was replaced between two looks left no sign.
            await failures.look_again()
        known = len(lasting(failures.tasks))
        asked_s = self.request.timeouts.bake_after_s
        for_s = max(asked_s, RESTLESS_S if known else 0.0)
        if not for_s:
            return None
        name = "bake-after" if asked_s else "restless"
        watched = [*held, NoFurtherFailures(failures, known), *self.guards.held]
        async with background() as tasks:
            tasks.start_soon(self.canary.retire_quietly)
            verdict = await hold(name, watched, for_s, self.journal)
            tasks.cancel_scope.cancel()
        return None if isinstance(verdict, Passed) else verdict

    def _steadiness(self, ours: Ours) -> Steadiness:
        return Steadiness(
            ecs=self.ecs,
            target_groups=self.target_groups,
            cluster=self.request.cluster,
            service_name=self.ground.before.name,
            ours=ours,
            group_names={arn: group.name for arn, group in self.ground.groups.items()},
            others=lambda: self.canary.targets,
        )

    async def _prove_shift(self, ours: Ours, replacement: Replacement, arn: str) -> Outcome:
        """Follow a deployment that moves traffic; ECS itself puts the service back."""
        failures = self._failures(ours, None)
        idle = tuple(dict.fromkeys(b.target_group_arn for b in self.ground.service.load_balancers))

        async def looked(now: ServiceDeployment) -> Judgment | None:
            await replacement.look(now.running_count, now.desired_count)
            if self.ground.production:
                self.watch.serve_behind(serving(now.traffic_percent, self.ground.production, idle))
            broken = await self.watch.during_deployment(None)
            if broken:
                return Judgment(Fate.HOPELESS, broken, reason=floor_guard.BELOW_FLOOR)
            return await failures.look(now)

        shift = Shift(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            before=self.ground.before,
            ours=ours,
            timeout_s=self.request.timeouts.stable_s,
            kept=_KEPT if self.request.on_failure == "keep" else "",
            each_look=looked,
            arn=arn,
            pace=self.watch.often_enough(OF_DEPLOYMENT),
        )
        unwell: Failed | Inconclusive | None = None
        async with background() as tasks:
            tasks.start_soon(replacement.retire_when_replaced)
            outcome = await while_held(self.guards.held, shift.outcome, self.journal)
            if isinstance(outcome, Failed):
                ended = await shift.give_up(outcome.reason, outcome.message)
                outcome = with_remedy(ended, outcome.remedy)
            await self.watch.close()
            replacement.proof_ended()
            self.story.progress.service = shift.service or self.ground.before
            if isinstance(outcome, Promoted):
                unwell = await self._unwell(failures, [])
        if unwell is not None:
            return await self._put_back(unwell, self._way_back(ours), failures)
        if not isinstance(outcome, Promoted):
            await self._explain(failures)
        return floor_guard.with_remedy(outcome, self.story.progress.diagnosis)

    def _failures(self, ours: Ours, expected_s: float | None) -> Failures:
        return Failures(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service_name=self.ground.before.name,
            deployment_id=ours.id,
            expected_s=expected_s,
            ecs_judges=has_breaker(self.ground.before),
        )

    async def _update(self) -> Ours:
        """Update the service, if nobody else has changed it since this rollout began."""
        await require_lock(self.story)
        now = await required_service(self.ecs, self.story)
        refusal = eligibility.refusal(now) or eligibility.overtaken(self.ground.before, now)
        if refusal is not None:
            raise refusal
        self.story.progress.changed = True
        try:
            return await update(
                self.ecs,
                self.journal,
                cluster=self.request.cluster,
                service=now,
                revision_arn=self.revision.arn,
                changes=self.ground.sent,
                good_revision_arn=eligibility.known_good(self.ground.before),
            )
        except AwsError as error:
            self.story.progress.changed = error.may_have_happened
            raise


def _proven(answer: Judgment | Late | Failed | Inconclusive) -> bool:
    return isinstance(answer, Judgment) and answer.fate is Fate.PROVEN
