"""From a checked canary to a service that is proven, or rolled back."""

from __future__ import annotations

import contextlib
from functools import partial

from cage.canary import contention
from cage.canary.approval import aborted, take_notice
from cage.canary.replacement import Replacement
from cage.canary.task import Canary
from cage.deployment import eligibility
from cage.deployment.follower import STARTS_WITHIN_S, Change
from cage.deployment.judgment import Ended, Fate, Ours
from cage.deployment.proof import NOT_ALL_RUN
from cage.deployment.steadiness import Steadiness
from cage.deployment.task_failures import (
    RESTLESS_S,
    Failures,
    NoFurtherFailures,
    has_breaker,
    lasting,
)
from cage.deployment.update import update
from cage.diagnosis.stopped import stopped_verdict
from cage.model import events
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import (
    Failed,
    Inconclusive,
    Outcome,
    Passed,
    Promoted,
    RolledBack,
    Unproven,
)
from cage.model.revisions import Revision
from cage.model.services import Service, completes_early
from cage.model.tasks import Task
from cage.rollout import lease, record, settings
from cage.rollout.observers import DuringDeployment
from cage.rollout.requirement import Ground
from cage.rollout.run import Run
from cage.rollout.vitals import Vitals
from cage.rollout.watch import with_cause
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.decisions import Decisions
from cage.runtime.hold import Held, hold, while_held
from cage.runtime.polling import OF_DEPLOYMENT, Late, Wait

_KEPT = "--on-failure is keep"

_SLOWER = 3.0
"""How many times as long as the canary a task can take to become healthy."""


def _kept_for(ours: Ours) -> str:
    """Return why a failing deployment isn't rolled back without a person's choice."""
    if not ours.overwrote:
        return ""
    return (
        f"it replaced {ours.overwrote}, which someone else began. "
        "To choose what to roll back to, run: cage rollback --to REVISION"
    )


class Promotion:
    """The second half of a rollout.

    Args:
        run: The operation's run.
        ground: The facts known before anything was changed.
        revision: The revision that the service will run.
        canary: The task that has passed every check.
        decisions: Accepts an abort until the update.
    """

    def __init__(
        self,
        run: Run,
        ground: Ground,
        revision: Revision,
        canary: Canary,
        decisions: Decisions | None = None,
    ) -> None:
        self.run = run
        self.context = run.context
        self.ground = ground
        self.revision = revision
        self.canary = canary
        self.decisions = decisions or Decisions()
        self.replacement = Replacement(canary, None if ground.strategy.bakes else ground.course)
        self.untagged: AwsError | None = None

    async def last_look(self) -> Passed | Failed:
        """Check whether anything has changed that rules out the update.

        Raises:
            BusyError: An older rollout is working on the service.
            AwsError: AWS refused, or didn't answer.
        """
        self.run.step(Step.PROMOTE, f"update the service to {self.revision.name}")
        if self.canary.task is not None:
            self.canary.task = await contention.give_way(
                self.context, self.canary.task, self.run.leaving.arns
            )
            if self.canary.task.stopping:
                return await self._stopped(self.canary.task)
        await self.replacement.remember()
        self.decisions.closed.set()
        broken = await self.run.guards.broken() or aborted(self.canary, self.decisions)
        if broken is None:
            return Passed("nothing has changed")
        await take_notice(self.canary, broken, awaited=self.decisions.awaited.is_set())
        return broken

    async def _stopped(self, task: Task) -> Failed:
        """Return why the canary stopped after its checks, and report what is known of it."""
        verdict = stopped_verdict(task)
        self.context.tell(events.failure("uptime", verdict, 0.0))
        self.run.diagnosed(await self.run.doctor.of_canary(task, self.revision, verdict))
        return verdict

    async def update(self) -> Ours:
        """Update the service, if no one else has changed it since this rollout began.

        Raises:
            RefusedError: Someone else has changed it, or the lock was lost.
            AwsError: AWS refused, or didn't answer.
        """
        run, before, intent = self.run, self.ground.before, self.ground.intent
        update_, rollout = intent.update, self.context.journal.rollout_id
        kept = record.Record(rollout, intent.source, update_.there, update_.back)
        await record.keep(self.context, self.revision, kept)
        sure = partial(lease.proven, run)

        async def unchanged() -> Service:
            run.service = found = await self.context.service.require()
            eligibility.require_free(found, self.ground.replaces)
            eligibility.require_same(before, found)
            return found

        now = await sure(unchanged)
        with run.changing():
            ours = await update(
                self.context,
                now,
                self.revision.arn,
                update_.there.sent,
                eligibility.known_good(before),
                sure=sure,
            )
        await self.tag()
        return ours

    async def tag(self) -> None:
        """Change the service's tags; a failure is reported, and doesn't end the deployment."""
        try:
            await settings.tag(self.context, self.ground.service, self.ground.intent.update.there)
        except AwsError as error:
            self.untagged = error
            self.context.notice(f"the service's tags are not changed: {error.what}")

    async def prove(self, ours: Ours, arn: str = "") -> Outcome:
        """Confirm the deployment while the canary is removed, or roll the service back.

        Args:
            arn: The service deployment, if it is already known.
        """
        run, ground, kept = self.run, self.ground, self.run.request.on_failure == "keep"
        run.step(Step.PROVE, f"confirm deployment {ours.id}")
        failures = self._failures(ours)
        change = Change(
            service=ground.service,
            ours=ours,
            timeout_s=ground.patience_s(self.canary.serves_after_s()),
            undo=ground.intent.update.back.sent,
            kept=_KEPT if kept else _kept_for(ours),
            arn=arn,
            on_pause=run.request.on_pause or "leave",
            failures=failures,
            on_timeout=run.request.on_timeout,
            starts_within_s=max(STARTS_WITHIN_S, _SLOWER * self.canary.serves_after_s()),
        )
        vitals = Vitals(self.canary)
        observer = DuringDeployment(run.watch, ground, vitals, self.replacement, failures)
        follower = ground.strategy.follower(self.context, change, observer)
        async with background() as tasks:
            tasks.start_soon(self.replacement.retire_when_replaced)
            seen = await while_held(run.guards.held, follower.outcome, self.context.journal)
            ended = Ended.unhealthy(seen) if isinstance(seen, Failed) else seen
            await run.watch.close()
            run.service = follower.service or ground.before
            self.replacement.proof_ended()
            if ended.proven and completes_early(run.service):
                ended = await self._steady(ours) or ended
            if ended.proven:
                unwell = await self._unwell(failures, ours)
                ended = Ended.unhealthy(unwell) if unwell else ended
            if not ended.proven:
                # The rollback mustn't wait for the canary, which continues alongside.
                tasks.cancel_scope.cancel()
        if ended.proven:
            return self._promoted(ours)
        if ended.left is not None:
            return ended.left
        run.at = Step.ROLL_BACK
        async with background() as tasks:
            if ended.fate is Fate.UNHEALTHY:
                # A check says that the revision is bad: the canary must not serve any longer.
                tasks.start_soon(self.canary.retire_quietly)
            else:
                tasks.start_soon(self.replacement.retire_when_restored)
            tasks.start_soon(self._explain, failures)
            outcome = await follower.give_up(ended)
            self.replacement.rollback_ended()
            if isinstance(outcome, RolledBack):
                outcome = await self.restored(outcome)
        return with_cause(outcome, run.diagnosis)

    def _promoted(self, ours: Ours) -> Outcome:
        """Return the outcome of a deployment that is proven."""
        if self.untagged is None:
            return Promoted(ours.revision_arn, ours.id)
        return Unproven(
            "NotTagged",
            f"deployment {ours.id} is proven, but the service's tags are not changed: "
            f"{self.untagged.what}",
            self.untagged.next_step,
        )

    async def restored(self, outcome: RolledBack) -> Outcome:
        """Restore the settings that ECS's rollback left, and the tags."""
        update_ = self.ground.intent.update
        return await settings.restored(self.context, outcome, update_.back, update_.there.sent)

    async def _explain(self, failures: Failures) -> None:
        """Report why the service's own new tasks failed, while the service is rolled back."""
        task = self.canary.task
        self.run.diagnosed(await failures.explained(self.run.doctor, self.revision, task))

    async def _unwell(self, failures: Failures, ours: Ours) -> Failed | Inconclusive | None:
        """Watch the proven service for a while, if asked or if tasks failed; None: it is well."""
        with contextlib.suppress(AwsError):
            # A task that failed and was replaced between two polls left no sign.
            await failures.look_again()
        known = len(lasting(failures.tasks))
        asked_s = self.run.request.timeouts.bake_after_s
        for_s = max(asked_s, RESTLESS_S if known else 0.0)
        if not for_s:
            return None
        name = "bake-after" if asked_s else "stays-healthy"
        steady = () if self.ground.strategy.bakes else (self.steadiness(ours),)
        watched: list[Held] = [*steady, NoFurtherFailures(failures, known), *self.run.guards.held]
        async with background() as tasks:
            tasks.start_soon(self.canary.retire_quietly)
            verdict = await hold(name, watched, for_s, self.context.journal)
            tasks.cancel_scope.cancel()
        return None if isinstance(verdict, Passed) else verdict

    async def _steady(self, ours: Ours) -> Ended | None:
        """Wait until every task of a deployment that ECS completed early is healthy.

        Returns how it ended instead; None if all of them are.
        """
        steadiness, run = self.steadiness(ours), self.run
        last = ""

        async def look() -> Ended | None:
            nonlocal last
            said = await steadiness.look()
            last = said.message
            if isinstance(said, Passed):
                return Ended(Fate.PROVEN, said.message)
            return Ended.unhealthy(said) if isinstance(said, Failed | Inconclusive) else None

        async def steady() -> Ended | Late:
            deadline = clock.Deadline.after(self.ground.patience_s(self.canary.serves_after_s()))
            return await Wait(look, deadline, OF_DEPLOYMENT).result()

        seen = await while_held(run.guards.held, steady, self.context.journal)
        if isinstance(seen, Failed):
            return Ended.unhealthy(seen)
        if isinstance(seen, Late):
            text = f"deployment {ours.id} completed early, and isn't steady yet: {last}"
            return Ended(Fate.LEFT, text, reason=NOT_ALL_RUN)
        return None if seen.proven else seen

    def steadiness(self, ours: Ours) -> Steadiness:
        """Return a check that holds while all tasks of the service are running and healthy."""
        return Steadiness(
            context=self.context,
            ours=ours,
            group_names={arn: group.name for arn, group in self.ground.groups.items()},
        )

    def _failures(self, ours: Ours) -> Failures:
        return Failures(
            context=self.context,
            deployment_id=ours.id,
            expected_s=self.replacement.expected_s(),
            ecs_judges=has_breaker(self.ground.service),
        )
