"""Carrying on with a rollout whose process died, from what ECS alone tells of it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from cage.canary import contention, decision_tags, identity, orphans
from cage.canary.orphans import Surroundings
from cage.model import events
from cage.model.errors import AccessDeniedError, AwsError
from cage.model.events import Step
from cage.model.outcome import Aborted, NothingToDo, Outcome, Superseded
from cage.model.result import Result
from cage.model.services import PastDeployment, Service
from cage.model.tasks import Task
from cage.options.request import Request
from cage.ports.ecs import Ecs
from cage.ports.gateway import Gateway
from cage.rollout import turn
from cage.rollout.adoption import Following
from cage.rollout.dead_rollout import Remains, Stand, remains
from cage.rollout.lease import under_lock
from cage.rollout.rollout import telling
from cage.rollout.story import Story, required_service
from cage.runtime import clock
from cage.runtime.decisions import Decisions, Word
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from cage.runtime.polling import Late, Wait

_BEST_FIRST = (Stand.OURS, Stand.PUT_BACK, Stand.UNCHANGED, Stand.OTHER)

_HISTORY = 20
"""How many of the service's last deployments are read: a dead rollout's is among them."""

_LISTED_WITHIN_S = 15.0
"""ECS's lists lag behind its writes by seconds; a task that isn't listed by then isn't there."""


async def resume(
    gateway: Gateway,
    request: Request,
    journal: Journal,
    interruption: Interruption | None = None,
    decisions: Decisions | None = None,
) -> Result:
    """Carry on with the rollout of a service whose process died, or clean up after it.

    A rollout that had not changed the service yet is told again with the revision that it had
    registered. One that had updated it is followed to its end. What somebody else changed since
    is left alone. In every case no canary is left.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    story = Story("resume", request, journal, interruption or Interruption())
    told = _Resume(gateway, request, story, decisions)
    return await story.run(functools.partial(under_lock, gateway, story, told.tell))


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """An unfinished rollout.

    Attributes:
        trace: Its canary, by which it was found; it may have stopped by now.
        canaries: All canaries of dead rollouts that are still there.
        good_revision_arn: What the service ran well before; None: nobody knows.
    """

    service: Service
    trace: Task
    canaries: tuple[Task, ...]
    remains: Remains
    good_revision_arn: str | None
    past: tuple[PastDeployment, ...]


class _Resume:
    """The story's own steps."""

    def __init__(
        self, gateway: Gateway, request: Request, story: Story, decisions: Decisions | None
    ) -> None:
        self.gateway = gateway
        self.decisions = decisions
        self.request = request
        self.story = story
        self.journal = story.journal

    @property
    def ecs(self) -> Ecs:
        """The gateway's ECS."""
        return self.gateway.ecs

    async def tell(self) -> Outcome:
        """Tell the story."""
        self.story.step(Step.REQUIRE, f"look for an unfinished rollout of {self.request.service}")
        found = await turn.taken(self._find, self.story)
        if isinstance(found, NothingToDo):
            return found
        self.journal.tell(
            events.UnfinishedFound(
                left_by=identity.rollout_of(found.trace),
                revision_arn=found.trace.revision_arn,
                stand=found.remains.stand,
                task_arn=found.trace.arn,
            )
        )
        match found.remains.stand:
            case Stand.UNCHANGED:
                return await self._roll_out(found)
            case Stand.OURS | Stand.PUT_BACK:
                return await self._follow(found)
            case Stand.OTHER:
                return await self._leave_alone(found)

    async def _find(self) -> _Found | NothingToDo:
        """Find what a dead rollout left.

        Raises:
            BusyError: A rollout of the service is alive.
            AwsError: AWS refused, or didn't answer.
        """
        cluster, longest_s = self.request.cluster, self._longest_s
        name = (await required_service(self.ecs, self.story)).name
        canaries = await self._canaries(name)
        for task in canaries:
            await contention.require_dead(task, cluster, longest_s, self.ecs, self.journal)
        traces = canaries or await orphans.find_stopped(self.ecs, cluster, name)
        # Only now: waiting took time, in which the rollout may still have done something.
        service = await required_service(self.ecs, self.story)
        if not traces:
            return NothingToDo(f"no rollout has left a canary; {_runs(service)}.")
        past = tuple(await self._past(service))
        newest_first = sorted(traces, key=lambda t: (t.created_at or clock.now(), t.arn))[::-1]
        found = [await self._read(service, t, tuple(canaries), past) for t in newest_first]
        # Of several dead rollouts, the one whose deployment the service is on is the one to resume.
        chosen = min(found, key=lambda f: _BEST_FIRST.index(f.remains.stand))
        trace = chosen.trace
        if not canaries:
            if not _goes_on(chosen.remains, service):
                await self._deregister(service, traces)
                return NothingToDo(
                    f"the last rollout, {identity.rollout_of(trace)}, has ended and left no "
                    f"canary; {_runs(service)}."
                )
            if await self._outwaited(trace):
                return await self._find()
            await self._deregister(service, traces)
        return chosen

    async def _read(
        self,
        service: Service,
        trace: Task,
        canaries: tuple[Task, ...],
        past: tuple[PastDeployment, ...],
    ) -> _Found:
        """Tell what the rollout of one canary left."""
        good = await self._good(service, trace, past)
        left = remains(
            service,
            revision_arn=trace.revision_arn,
            began=trace.created_at or clock.now(),
            good_revision_arn=good,
            past=past,
        )
        return _Found(service, trace, canaries, left, good, past)

    async def _canaries(self, name: str) -> list[Task]:
        """Return the canaries that are there; only after a while it is certain that none is."""

        async def look() -> list[Task] | None:
            return await orphans.find(self.ecs, self.request.cluster, name) or None

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
        """Wait for the lease of a rollout whose canary has gone: it may be alive for as long.

        Returns whether it took time, in which the rollout may have ended.
        """
        until = identity.lease_until(trace)
        left_s = (until - clock.now()).total_seconds() if until is not None else 0.0
        if left_s <= 0:
            return False
        rollout = identity.rollout_of(trace)
        self.journal.tell(events.WaitStarted(f"the lease of {rollout} to end", left_s))
        await clock.sleep(left_s)
        return True

    async def _past(self, service: Service) -> list[PastDeployment]:
        """Return the service's history; without the permission, the service itself must do."""
        found: list[PastDeployment] = []
        try:
            async for past in self.ecs.past_deployments(self.request.cluster, service.arn):
                found.append(past)
                if len(found) == _HISTORY:
                    break
        except AccessDeniedError as error:
            if service.shifts_traffic:
                raise
            self.journal.tell(events.Noticed(f"earlier deployments can't be seen: {error.what}"))
        return sorted(found, key=lambda past: past.created_at, reverse=True)

    async def _good(
        self, service: Service, trace: Task, past: tuple[PastDeployment, ...]
    ) -> str | None:
        """Return the revision that was good before the rollout, if a service can still run it."""
        tagged = trace.tags.get(identity.FROM_TAG)
        began = trace.created_at or clock.now()
        steady = [p.revision_arn for p in past if p.created_at < began and p.status == "SUCCESSFUL"]
        listed = [
            d.revision_arn
            for d in service.deployments
            if d.rollout_state == "COMPLETED" and d.created_at and d.created_at < began
        ]
        names = [tagged] if tagged else steady[:1] or listed[:1]
        for name in names:
            try:
                revision = await self.ecs.describe_revision(name)
            except AwsError as error:
                self.journal.tell(events.Noticed(f"{name} can't be gone back to: {error.what}"))
                continue
            if revision.status == "ACTIVE":
                return revision.arn
            self.journal.tell(
                events.Noticed(f"{name} can't be gone back to: it is {revision.status}")
            )
        return None

    async def _roll_out(self, found: _Found) -> Outcome:
        """Tell the rollout again, with the revision that is registered already."""
        await self._clean_up(found.service, found.canaries)
        abort = decision_tags.written(found.trace, Word.ABORT)
        if abort is not None:
            return Aborted(
                Step.REQUIRE,
                "Aborted",
                f"the rollout {identity.rollout_of(found.trace)} was aborted: {abort}",
                "Roll out again, if it is wanted by now.",
            )
        self.story.request = dataclasses.replace(
            self.request, revision=found.trace.revision_arn, task_definition=None
        )
        return await telling(self.gateway, self.story.request, self.story, self.decisions)()

    async def _follow(self, found: _Found) -> Outcome:
        """Bring what the dead rollout began to its end, and take its canary away."""
        if found.trace in found.canaries:
            await self._take_over(found.trace)
        self.story.progress.changed = True
        outcome = await Following(
            gateway=self.gateway,
            request=self.request,
            story=self.story,
            service=found.service,
            trace=found.trace,
            canary_is_there=found.trace in found.canaries,
            remains=found.remains,
            good_revision_arn=found.good_revision_arn,
            past=found.past,
        ).tell()
        await self._clean_up(found.service, [t for t in found.canaries if t != found.trace])
        return outcome

    async def _take_over(self, trace: Task) -> None:
        """Show others that the canary has a rollout again; without the permission, go on."""
        try:
            await contention.take_over(
                trace, self.journal.rollout_id, self.request.cluster, self.ecs
            )
        except AccessDeniedError as error:
            self.journal.tell(events.Noticed(f"the canary can't be taken over: {error.what}"))

    async def _leave_alone(self, found: _Found) -> Outcome:
        """Clean up, and say whose deployment it is as far as ECS tells."""
        await self._clean_up(found.service, found.canaries)
        stands = found.remains.stands
        if stands is None or found.service.status != "ACTIVE":
            status = f"the service is {found.service.status}"
            return Superseded("", "Superseded", status, "Find out who deleted it.")
        name = stands.revision_arn.rpartition("/")[2]
        at = f" of {stands.created_at:%Y-%m-%d %H:%M:%S} UTC" if stands.created_at else ""
        return Superseded(
            stands.id,
            "Superseded",
            f"deployment {stands.id}{at} brought {name} since{await self._registered_by(name)}",
            "Find out who deployed it; cage leaves their deployment alone.",
        )

    async def _registered_by(self, revision: str) -> str:
        try:
            found = await self.ecs.describe_revision(revision)
        except AwsError:
            return ""
        by = str(found.raw.get("registeredBy") or "")
        return f", a revision that {by} registered" if by else ""

    async def _clean_up(self, service: Service, canaries: Sequence[Task]) -> None:
        """Take canaries away that nobody needs any more."""
        if not canaries:
            return
        self.journal.tell(events.StepStarted(Step.CLEAN_UP, "remove what is left of it"))
        around = await self._around(service)
        for task in canaries:
            await orphans.take_away(
                task,
                around,
                self.ecs,
                self.gateway.target_groups,
                self.journal,
                self.story.interruption,
            )

    async def _deregister(self, service: Service, stopped: Sequence[Task]) -> None:
        """Deregister what canaries that stopped by themselves left: others may get the address."""
        around = await self._around(service)
        groups = self.gateway.target_groups
        for task in stopped:
            if await orphans.still_registered(task, around, self.ecs, groups):
                await self._clean_up(service, [task])

    async def _around(self, service: Service) -> Surroundings:
        balancers = orphans.all_sides(service)
        return Surroundings(
            cluster=self.request.cluster,
            load_balancers=balancers,
            groups=await orphans.groups_of(self.gateway.target_groups, balancers),
            longest_rollout_s=self._longest_s,
            stopped_timeout_s=self.request.timeouts.stopped_s,
        )


def _goes_on(left: Remains, service: Service) -> bool:
    """Tell whether a rollout whose canary has gone still has something to be brought to an end."""
    if left.stand not in {Stand.OURS, Stand.PUT_BACK}:
        return False
    if service.shifts_traffic:
        return left.record is not None and left.record.status in {
            "PENDING",
            "IN_PROGRESS",
            "STOP_REQUESTED",
            "ROLLBACK_REQUESTED",
            "ROLLBACK_IN_PROGRESS",
        }
    return left.stands is not None and left.stands.rollout_state in {"IN_PROGRESS", "FAILED"}


def _runs(service: Service) -> str:
    name = service.revision_arn.rpartition("/")[2]
    primary = service.primary
    state = (primary.rollout_state or "").lower().replace("_", " ") if primary else ""
    return f"the service is on {name}{f', {state}' if state else ''}"
