"""Roll out a service, canary first. Read top to bottom: this is the whole operation."""

from __future__ import annotations

import dataclasses
from functools import partial

from cage.canary import patience, placement, reach, second_copy, targets
from cage.canary.analysis import analyze, approval, bake, watching
from cage.canary.approval import Approve, NotAborted, explains_itself, take_notice
from cage.canary.task import Canary, Plan
from cage.checks import always
from cage.checks.protocol import Check, Means
from cage.context import Context
from cage.deployment import eligibility
from cage.model import events, identity
from cage.model.events import Step
from cage.model.outcome import Outcome, Passed, Verdict
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.options import asked
from cage.options.request import Request
from cage.rollout import lease, turn
from cage.rollout.promotion import Promotion
from cage.rollout.registration import revision_for
from cage.rollout.requirement import Ground, require
from cage.rollout.run import Run
from cage.runtime import clock
from cage.runtime.decisions import Decisions
from cage.runtime.hold import while_held


async def rollout(context: Context, request: Request, decisions: Decisions | None = None) -> Result:
    """Roll a revision out to a service, and confirm it or roll the service back.

    Args:
        context: The context that the rollout runs in.
        request: The options of the rollout.
        decisions: Accepts decisions that don't come through AWS.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    run = Run("rollout", context, request)
    async with run.told(), lease.held(run), run.leaving.alongside():
        run.outcome = await turn.taken(run, Rollout(run, decisions).story)
    return run.result


class Rollout:
    """The operation, and its steps up to the promotion."""

    def __init__(self, run: Run, decisions: Decisions | None = None) -> None:
        self.run = run
        self.context = run.context
        self.request = run.request
        self.decisions = decisions or Decisions()
        self.canaries = 0

    async def story(self) -> Outcome:
        """Run the operation. It can be run again if this rollout yields to another one.

        Raises:
            BusyError: Someone else is working on the service.
            CageError: The service can't be rolled out, or AWS refused or didn't answer.
        """
        run, request = self.run, self.request
        self.decisions.reopen()

        # REQUIRE a service that can be rolled out, and that no one else is working on.
        run.step(Step.REQUIRE, f"check service {self.context.place.service}")
        ground = await turn.taken(run, partial(require, run, request, self.decisions))

        # REGISTER the next revision.
        revision = await self.register(ground)

        pauses = patience.Patience(request.timeouts.running_s)
        while True:
            canary = self.canary(ground, revision)
            async with run.cleaned_up(canary):
                # START the canary task as the service would, and CHECK it, unless none is wanted.
                verdict = await while_held(
                    (*run.guards.held, *lease.lock_held(run), NotAborted(canary, self.decisions)),
                    partial(self.examine, canary),
                    self.context.journal,
                )
                await take_notice(canary, verdict, awaited=self.decisions.awaited.is_set())

                # PROMOTE: update the service, after a last check for changes.
                promotion = Promotion(run, ground, revision, canary, self.decisions)
                if isinstance(verdict, Passed):
                    verdict = await promotion.last_look()
                if isinstance(verdict, Passed):
                    ours = await promotion.update()

                    # PROVE: confirm the deployment, or roll back and confirm that.
                    return await promotion.prove(ours)
                # CLEAN UP, whatever happened: on leaving the canary.

            # After a failure that is often temporary, start another one; otherwise report the end.
            pause_s = (
                pauses.next_pause_s(canary) if patience.may_pass_again(verdict, canary) else None
            )
            if pause_s is None:
                return run.aborted(verdict)
            self.context.tell(events.CanaryRepeated(verdict.reason, pause_s))
            await clock.sleep(pause_s)

    async def register(self, ground: Ground) -> Revision:
        """Register the next revision, or use the specified one, if it fits."""
        revision = await revision_for(self.run)
        # If the operation is run again, nothing is registered again.
        self.run.request = dataclasses.replace(
            self.run.request, revision=revision.arn, task_definition=None
        )
        mismatch = targets.mismatch(ground.service, revision, ground.groups)
        if mismatch is not None:
            raise mismatch
        return revision

    def canary(self, ground: Ground, revision: Revision) -> Canary:
        """Return a canary task that isn't started yet."""
        service, rollout_id = ground.service, self.context.journal.rollout_id
        self.canaries += 1
        known_good = eligibility.known_good(ground.before)
        tags = identity.tags(service, rollout_id, clock.now(), known_good)
        if tags:
            tags[asked.TAG] = asked.written(self.request)
        missing = placement.uncopied(service, len(tags)) if tags else ()
        if missing and not self.request.no_canary:
            self.context.notice(f"the canary has no room for the tags {', '.join(missing)}")
        plan = Plan(
            service=service,
            revision=revision,
            groups=ground.groups,
            request=placement.task_request(
                cluster=self.context.place.cluster,
                service=service,
                revision=revision,
                where=ground.where,
                group=identity.group(service.name),
                started_by=identity.started_by(service.name),
                token=f"cage-{rollout_id}-{self.canaries}"[:64],
                tags=tags,
            ),
            stopped_timeout_s=self.request.timeouts.stopped_s,
            watch=self.run.watch.during_checks,
        )
        return Canary(self.context, plan)

    async def examine(self, canary: Canary) -> Verdict:
        """Start the canary and run every check; diagnose a failure."""
        if self.request.no_canary:
            self.context.notice("no canary task is started: --no-canary")
            return Passed("no canary was requested")
        verdict = await self._started(canary)
        if isinstance(verdict, Passed):
            verdict = await self._checked(canary)
        if isinstance(verdict, Passed) or explains_itself(verdict):
            return verdict
        suspicion = reach.suspicion(canary.service) if canary.running_since else ""
        if suspicion:
            self.context.notice(suspicion)
        if canary.task is not None:
            revision, doctor = canary.plan.revision, self.run.doctor
            self.run.diagnosed(await doctor.of_canary(canary.task, revision, verdict))
        return verdict

    async def _started(self, canary: Canary) -> Verdict:
        await self.run.leaving.places()
        self.run.step(Step.START, f"start a canary task of {canary.plan.revision.name}")
        return second_copy.offered(await canary.start())

    async def _checked(self, canary: Canary) -> Verdict:
        """Run every check on the canary; the first failure ends it."""
        timeouts, gateway = self.request.timeouts, self.context.gateway
        self.run.step(Step.CHECK, "check the canary task")
        means = Means(
            region=self.context.place.region,
            outside=gateway.outside,
            cloudwatch=gateway.cloudwatch,
            logs=gateway.logs,
        )
        asked = self.request.checks.questions(means)
        before = always.before_traffic(timeouts.running_s, timeouts.health_check_s) + asked.alone
        after = always.in_traffic(timeouts.health_check_s) + asked.serving
        if timeouts.bake_s < timeouts.idle_s:  # a longer bake observes the canary as well
            after += always.observed(timeouts.idle_s)
        approve = self.request.checks.approve
        early = approve is not None and approve.before_traffic
        checked: Verdict = Passed("nothing is checked yet")
        if early:
            alone = partial(analyze, canary, before)
            checked = await while_held(watching(canary, before), alone, self.context.journal)
            if isinstance(checked, Passed):
                checked = await self._approved(canary, before)
        if isinstance(checked, Passed):
            checked = await while_held(
                watching(canary, (*before, *after)),
                partial(_analyzed, canary, () if early else before, after),
                self.context.journal,
            )
        if isinstance(checked, Passed) and timeouts.bake_s:
            checked = await bake(canary, (*before, *after), timeouts.bake_s)
        if isinstance(checked, Passed) and approve is not None and not early:
            checked = await self._approved(canary, (*before, *after))
        return checked

    async def _approved(self, canary: Canary, checks: tuple[Check, ...]) -> Verdict:
        """Wait for approval while these checks hold, if the request asks for it."""
        settings = self.request.checks.approve
        if settings is None:
            return Passed("no approval is requested")
        self.run.step(Step.APPROVE, "wait for approval")
        question = self.context.gateway.outside.word()
        approve = Approve(settings, canary, self.decisions, self.request.naming, question)
        return await approval(canary, checks, approve)


async def _analyzed(canary: Canary, before: tuple[Check, ...], after: tuple[Check, ...]) -> Verdict:
    """Check the canary alone, then registered in every target group of the service."""
    alone = await analyze(canary, before)
    if not isinstance(alone, Passed):
        return alone
    found = await canary.locate()
    if not isinstance(found, str):
        await canary.register(found)
    return await analyze(canary, after)
