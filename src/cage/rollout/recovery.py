"""Continue a rollout whose process died, based only on what ECS reports about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.canary import contention, decision_tags
from cage.canary.orphans import Orphans
from cage.context import Context
from cage.model import events, identity
from cage.model.errors import AccessDeniedError
from cage.model.events import Step
from cage.model.outcome import Aborted, NothingToDo, Outcome
from cage.model.result import Result
from cage.model.services import PastDeployment, Service
from cage.model.tasks import Task
from cage.options.request import Request
from cage.rollout import (
    history,
    lease,
    left_deployment,
    other_deployment,
    record,
    same_settings,
    settings,
    turn,
)
from cage.rollout.adoption import Adoption
from cage.rollout.dead_rollout import Remains, Stand, remains
from cage.rollout.rollout import Rollout
from cage.rollout.run import Run
from cage.runtime import clock
from cage.runtime.decisions import Decisions, Word
from cage.runtime.polling import Late, Wait

_BEST_FIRST = (Stand.OURS, Stand.PUT_BACK, Stand.UNCHANGED, Stand.OTHER)

_LISTED_WITHIN_S = 15.0
"""ECS's lists lag behind its writes by seconds; a task not listed by then doesn't exist."""


async def resume(
    context: Context,
    request: Request,
    decisions: Decisions | None = None,
    *,
    deployment: str = "",
    other_settings: bool = False,
) -> Result:
    """Continue the rollout of a service whose process died, or clean up after it.

    A rollout that had not changed the service yet is run again with the revision that it had
    registered. One that had updated the service is followed to its end. Changes that someone
    else has made since are left alone. In every case, no canary is left.

    A deployment in progress is followed without a canary, too: a rollout that
    leaves a pause to ECS removes it.

    Args:
        context: The context that this runs in.
        request: The options of the rollout.
        decisions: Accepts decisions that don't come through AWS.
        deployment: The service deployment that a rollout left, by the last part of its ARN; only
            then does cage roll it back if it fails.
        other_settings: Continue although the rollout asked for other settings.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    run = Run("resume", context, request)
    async with run.told(), lease.held(run):
        run.outcome = await _Recovery(
            run, decisions, deployment, other_settings=other_settings
        ).story()
    return run.result


async def look(context: Context, request: Request, deployment: str = "") -> Task | None:
    """Return the canary of the rollout that `resume` would continue; None if there is none.

    Without a canary, it is one that shows the deployment alone and has no ARN.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    return await _Recovery(Run("resume", context, request), None, deployment).look()


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """An unfinished rollout.

    Attributes:
        trace: Its canary, by which it was found; it might have stopped since.
        canaries: All canaries of dead rollouts that haven't stopped.
        good_revision_arn: The last healthy revision of the service before it; None if unknown.
    """

    service: Service
    trace: Task
    canaries: tuple[Task, ...]
    remains: Remains
    good_revision_arn: str | None
    past: tuple[PastDeployment, ...]


class _Recovery:
    """The steps of a resume itself."""

    def __init__(
        self,
        run: Run,
        decisions: Decisions | None,
        deployment: str,
        *,
        other_settings: bool = False,
    ) -> None:
        self.other_settings = other_settings
        self.run = run
        self.context = run.context
        self.ecs = run.context.ecs
        self.request = run.request
        self.decisions = decisions
        self.deployment = deployment
        self._outwaited_of: set[str] = set()

    async def story(self) -> Outcome:
        """Run the operation."""
        self.run.step(Step.REQUIRE, f"find an unfinished rollout of {self.context.place.service}")
        found = await turn.taken(self.run, self._find)
        if isinstance(found, NothingToDo):
            return found
        self.context.tell(
            events.UnfinishedFound(
                left_by=identity.rollout_of(found.trace),
                revision_arn=found.trace.revision_arn,
                stand=found.remains.stand,
                task_arn=found.trace.arn,
            )
        )
        self._keep(found)
        self._require_same_settings(found)
        match found.remains.stand:
            case Stand.UNCHANGED:
                return await self._roll_out(found)
            case Stand.OURS | Stand.PUT_BACK:
                return await self._adopt(found)
            case Stand.OTHER:
                return await self._leave_alone(found)

    def _require_same_settings(self, found: _Found) -> None:
        """Require the settings that the dead rollout asked for; what is only removed needs none.

        Raises:
            RefusedError: They differ.
        """
        stand = found.remains.stand
        aborted = decision_tags.written(found.trace, Word.ABORT) is not None
        if self.other_settings or stand is Stand.OTHER or aborted:
            return
        updated = stand is not Stand.UNCHANGED
        refused = same_settings.refusal(found.trace, self.request, updated=updated)
        if refused is not None:
            self.run.changed = updated
            raise refused

    async def look(self) -> Task | None:
        """Return the canary of an unfinished rollout; None if there is none."""
        service = await self._require()
        canaries = await self._canaries()
        traces = canaries or await self.context.service.canaries(stopped=True)
        found = await self._best(service, canaries, traces)
        if found is None:
            return None
        unfinished = canaries or found.remains.in_progress or await self._unrestored(found)
        return found.trace if unfinished else None

    async def _find(self) -> _Found | NothingToDo:
        """Find what a dead rollout left.

        Raises:
            BusyError: A rollout of the service is alive.
            AwsError: AWS refused, or didn't answer.
        """
        await self._require()
        canaries = await self._canaries()
        for task in canaries:
            await contention.require_dead(self.context, task, self._longest_s)
        traces = canaries or await self.context.service.canaries(stopped=True)
        # Only now: the rollout might still have done something during the wait.
        service = await self._require()
        chosen = await self._best(service, canaries, traces)
        if chosen is None:
            return NothingToDo(f"no rollout has left a canary; {_runs(service)}.")
        if canaries:
            return chosen
        trace = chosen.trace
        if not chosen.remains.in_progress and not await self._unrestored(chosen):
            await self._deregister(service, traces)
            return NothingToDo(
                f"the last rollout, {identity.rollout_of(trace)}, has ended and left no "
                f"canary; {_runs(service)}."
            )
        if await self._outwaited(trace):
            return await self._find()
        await self._deregister(service, traces)
        return chosen

    async def _unrestored(self, found: _Found) -> bool:
        """Return whether the service was rolled back, and still has the rollout's settings."""
        if not found.remains.went_back or not found.trace.arn:
            return False
        revision = await self.ecs.describe_revision(found.trace.revision_arn, tags=True)
        kept = record.left(revision, found.trace, found.past, self.context.place)
        if kept is None:
            return False
        now = await self.context.service.require(tags=True)
        return bool(settings.unrestored(now, kept.there, kept.back))

    async def _best(
        self, service: Service, canaries: Sequence[Task], traces: Sequence[Task]
    ) -> _Found | None:
        """Return what a dead rollout left: of several, the one whose deployment is the service's.

        Args:
            canaries: The canaries that are running.
            traces: These or, if there are none, those that have stopped.
        """
        past = (
            tuple(await history.past_deployments(self.context, service))
            if traces or _deploys(service)
            else ()
        )
        left = left_deployment.of(service, past, self.deployment)
        if left is not None and self._is_meant(left, traces):
            return await self._without_canary(service, left, tuple(canaries), past)
        if not traces:
            return None
        newest_first = sorted(traces, key=lambda t: (t.created_at or clock.now(), t.arn))[::-1]
        found = [await self._read(service, t, tuple(canaries), past) for t in newest_first]
        return min(found, key=lambda f: _BEST_FIRST.index(f.remains.stand))

    def _is_meant(self, left: PastDeployment, traces: Sequence[Task]) -> bool:
        """Return whether a deployment is to be followed although no canary belongs to it."""
        known = any(task.revision_arn == left.revision_arn for task in traces)
        return not known and (bool(self.deployment) or not traces)

    async def _without_canary(
        self,
        service: Service,
        left: PastDeployment,
        canaries: tuple[Task, ...],
        past: tuple[PastDeployment, ...],
    ) -> _Found:
        """Return a deployment in progress whose rollout has removed its canary."""
        trace = left_deployment.trace(left)
        good = await history.good_before(self.context, service, trace, past)
        found = Remains(Stand.OURS, service.primary, service.primary, left, in_progress=True)
        return _Found(service, trace, canaries, found, good, past)

    def _keep(self, found: _Found) -> None:
        """Don't roll a deployment back that no canary and no name shows to be a rollout's."""
        theirs = found.remains.record
        if found.trace.arn or theirs is None or self.deployment:
            return
        self.run.request = dataclasses.replace(self.run.request, on_failure="keep")
        self.context.notice(
            f"no canary shows who began service deployment {theirs.arn.rpartition('/')[2]}: "
            "cage follows it, and doesn't roll it back"
        )

    async def _require(self) -> Service:
        self.run.service = service = await self.context.service.require()
        return service

    async def _read(
        self,
        service: Service,
        trace: Task,
        canaries: tuple[Task, ...],
        past: tuple[PastDeployment, ...],
    ) -> _Found:
        """Return what the rollout of one canary left."""
        good = await history.good_before(self.context, service, trace, past)
        left = remains(
            service,
            revision_arn=trace.revision_arn,
            began=trace.created_at or clock.now(),
            good_revision_arn=good,
            past=past,
        )
        return _Found(service, trace, canaries, left, good, past)

    async def _canaries(self) -> list[Task]:
        """Return the canaries that are running; only after a while is it certain that none is."""

        async def look() -> list[Task] | None:
            return await self.context.service.canaries() or None

        wait: Wait[list[Task]] = Wait(look, clock.Deadline.after(_LISTED_WITHIN_S))
        found = await wait.result()
        if not isinstance(found, Late):
            return found
        if found.last_error is not None:
            raise found.last_error
        return []

    @property
    def _longest_s(self) -> float:
        return self.request.longest_s

    async def _outwaited(self, trace: Task) -> bool:
        """Wait for the lease of a rollout whose canary has stopped: until then it can be alive.

        Returns whether this took time, in which the rollout might have ended.
        """
        until = identity.lease_until(trace)
        left_s = (until - clock.now()).total_seconds() if until is not None else 0.0
        left_s = min(left_s, identity.LEASE_S)
        if left_s <= 0 or trace.arn in self._outwaited_of:
            return False
        self._outwaited_of.add(trace.arn)
        rollout = identity.rollout_of(trace)
        self.context.tell(events.WaitStarted(f"the lease of {rollout} to end", left_s))
        await clock.sleep(left_s)
        return True

    async def _roll_out(self, found: _Found) -> Outcome:
        """Run the rollout again, with the revision that is already registered."""
        await self._clean_up(found.service, found.canaries)
        abort = decision_tags.written(found.trace, Word.ABORT)
        if abort is not None:
            return Aborted(
                Step.REQUIRE,
                "Aborted",
                f"the rollout {identity.rollout_of(found.trace)} was aborted: {abort}",
                "Roll out again if you still want it.",
            )
        self.run.request = dataclasses.replace(
            self.request, revision=found.trace.revision_arn, task_definition=None
        )
        return await turn.taken(self.run, Rollout(self.run, self.decisions).story)

    async def _adopt(self, found: _Found) -> Outcome:
        """Finish what the dead rollout began, and remove its canary."""
        if found.trace in found.canaries:
            await self._take_over(found.trace)
        self.run.changed = True
        outcome = await Adoption(
            run=self.run,
            service=found.service,
            trace=found.trace,
            canary_runs=found.trace in found.canaries,
            remains=found.remains,
            good_revision_arn=found.good_revision_arn,
            past=found.past,
        ).story()
        await self._clean_up(found.service, [t for t in found.canaries if t != found.trace])
        return outcome

    async def _take_over(self, trace: Task) -> None:
        """Show others that the canary has a rollout again; without the permission, continue."""
        try:
            await contention.take_over(self.context, trace)
        except AccessDeniedError as error:
            self.context.notice(f"the canary can't be taken over: {error.what}")

    async def _leave_alone(self, found: _Found) -> Outcome:
        """Clean up, and report whose deployment it is, as far as ECS shows."""
        await self._clean_up(found.service, found.canaries)
        return await other_deployment.left_alone(self.run, found.service, found.remains)

    async def _clean_up(self, service: Service, canaries: Sequence[Task]) -> None:
        """Remove unneeded canaries."""
        if not canaries:
            return
        self.context.tell(events.StepStarted(Step.CLEAN_UP, "remove what is left of it"))
        orphans = await self._orphans(service)
        for task in canaries:
            await orphans.remove(task)

    async def _deregister(self, service: Service, stopped: Sequence[Task]) -> None:
        """Deregister the targets of stopped canaries: other tasks can get the address."""
        orphans = await self._orphans(service)
        for task in stopped:
            if await orphans.still_registered(task):
                await self._clean_up(service, [task])

    async def _orphans(self, service: Service) -> Orphans:
        return await Orphans.of(
            self.context,
            service,
            longest_rollout_s=self._longest_s,
            stopped_timeout_s=self.request.timeouts.stopped_s,
        )


def _deploys(service: Service) -> bool:
    return service.primary is not None and service.primary.rollout_state == "IN_PROGRESS"


def _runs(service: Service) -> str:
    name = service.revision_arn.rpartition("/")[2]
    primary = service.primary
    state = (primary.rollout_state or "").lower().replace("_", " ") if primary else ""
    return f"the service is on {name}{f', {state}' if state else ''}"
