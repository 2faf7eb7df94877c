"""The canary task: started, registered, deregistered, drained and stopped, whatever happens."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

import anyio

from cage.availability.duration import START_S
from cage.canary import placement, retirement, targets
from cage.context import Context
from cage.diagnosis.causes import UNKNOWN, cause_in
from cage.diagnosis.stopped import stopped_verdict
from cage.masking.mask import Mask
from cage.model import events, identity
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.outcome import Failed, Passed
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.model.targets import Registration, Target, TargetGroup
from cage.model.tasks import (
    StartFailure,
    Task,
    TaskRequest,
)
from cage.runtime import clock
from cage.runtime.polling import Late, Pace, Wait

_RENEWAL_DUE_S = 5.0
_MARGIN_S = 120.0
_AGAIN_S = 5.0
_SHOWS_WITHIN_S = 15.0
"""ECS's lists lag behind its writes by seconds; a task not listed by then doesn't exist."""

_EXITED = "EssentialContainerExited"
_UNSERVED = frozenset({"", "initial", "unhealthy", "unused"})
"""States of a target that gets no requests (ELB API reference, TargetHealth), if it never
was healthy."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """All decisions made before the canary starts.

    Attributes:
        service: The service as it will be: with the changes from `--update-service`.
        groups: The service's target groups by ARN.
        stopped_timeout_s: How long the canary can take to stop.
        watch: Called at each poll of the canary; a message from it ends the checks.
    """

    service: Service
    revision: Revision
    groups: Mapping[str, TargetGroup]
    request: TaskRequest
    stopped_timeout_s: float
    watch: Callable[[], Awaitable[str | None]] | None = None


class Canary:
    """One canary task, as an async context manager: leaving it removes the task.

    The clean-up is bounded, and only a third signal can cancel it. Errors of the
    clean-up are reported and kept in `left_behind`; they never hide the first error.

    Attributes:
        task: The task as last seen; None until ECS has answered.
        running_since: When it was first RUNNING, on `clock.monotonic()`; None: not yet.
        registrations: The targets that the canary is, or was, registered as.
        began: When the canary was started, on `clock.monotonic()`.
        ever_healthy: Whether a load balancer might have sent it traffic.
        healthy_at: When all its target groups were first seen to report it as healthy.
    """

    def __init__(self, context: Context, plan: Plan) -> None:
        self.context = context
        self.plan = plan
        self.target_groups = context.target_groups
        self.journal = context.journal
        self.task: Task | None = None
        self.registrations: tuple[Registration, ...] = ()
        self.ever_healthy = False
        self._measured_since: datetime | None = None
        self.began = clock.monotonic()
        self.running_since: float | None = None
        self.missing_since: float | None = None
        self.registered_at = 0.0
        self.healthy_at: float | None = None
        self.refreshed_at = 0.0
        self.left_behind: tuple[str, ...] = ()
        self._asked = False
        self._instance_id: str | None = None
        self._renewed = 0.0
        self._death: Task | None = None
        self._retirement: retirement.Retirement | None = None
        self._retiring = anyio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._asked or (self._retirement is not None and self._retirement.done):
            return
        drain_s = max(
            (r.target_group.deregistration_delay_s for r in self.registrations), default=0
        )
        bound_s = drain_s + self.plan.stopped_timeout_s + _MARGIN_S
        why = "the clean-up was cut short"
        self.context.tell(events.StepStarted(events.Step.CLEAN_UP, "remove the canary task"))
        with self.context.interruption.shield(bound_s):
            try:
                while not await self._retired():
                    await clock.sleep(_AGAIN_S)
            except AwsError as failure:
                why = failure.what
        if self._retirement is None or not self._retirement.done:
            self.left_behind = self._left()
            if self.left_behind:
                self.context.tell(events.CleanUpFailed(why, self.left_behind))
            else:
                text = f"{why}; ECS is still stopping the canary task"
                self.context.notice(text)

    @property
    def tasks_left(self) -> tuple[str, ...]:
        """The ARN of the task, if it was not cleaned up; empty if that is unknown."""
        if not self.left_behind or self.stop_asked:
            return ()
        return (self.task.arn if self.task else "",)

    @property
    def retiring(self) -> bool:
        """Whether its removal has begun."""
        return self._retirement is not None

    @property
    def stop_asked(self) -> bool:
        """Whether StopTask was sent for it."""
        return self._retirement is not None and self._retirement.stop_asked

    def tell_death(self, task: Task) -> None:
        """Report once that it stopped on its own."""
        if self.death is None:
            self.context.notice(stopped_verdict(task).message)
        self._death = task
        self.context.ledger.owners.canaries -= self.targets
        if self._retirement is not None:
            self._retirement.death = task

    @property
    def death(self) -> Task | None:
        """The task as it stopped on its own, once that is known; its removal can find it out."""
        return self._death or (self._retirement.death if self._retirement is not None else None)

    @property
    def targets(self) -> frozenset[Target]:
        """The targets that are the canary's own, without any that another task has now."""
        lost = self._retirement.reused if self._retirement is not None else []
        return frozenset(r.target for r in self.registrations if r not in lost)

    @property
    def cluster(self) -> str:
        """The cluster that the task is in."""
        return self.context.place.cluster

    @property
    def service(self) -> Service:
        """The service as it will be."""
        return self.plan.service

    @property
    def revision(self) -> Revision:
        """The revision that the task uses."""
        return self.plan.revision

    @property
    def measured_since(self) -> datetime:
        """The time from which its metrics count: when a check first asked for it."""
        self._measured_since = self._measured_since or clock.now()
        return self._measured_since

    @property
    def mask(self) -> Mask:
        """Hides secrets in texts that are shown."""
        return self.context.journal.mask

    def note_healthy(self, *, everywhere: bool) -> None:
        """Note that a target group reports it as healthy, or that all of them do."""
        self.ever_healthy = True
        if everywhere:
            self.healthy_at = self.healthy_at or clock.monotonic()

    def tell(self, event: events.Event) -> None:
        """Report an event of its rollout."""
        self.context.tell(event)

    @property
    def address(self) -> str | None:
        """The task's own IP address, once ECS shows it; None on an instance's network."""
        if self.task is None:
            return None
        sixth = (c.ipv6 for c in self.task.containers if c.ipv6)
        return self.task.ipv4 or next(sixth, None)

    def serves_after_s(self) -> float:
        """Return how long it took from start to healthy, or to running; until now, if not yet.

        If it was never started, return how long a task usually takes.
        """
        if not self._asked:
            return START_S
        return (self.healthy_at or self.running_since or clock.monotonic()) - self.began

    async def start(self) -> Passed | Failed:
        """Start the task. Call it once."""
        self._asked, self.began, self._renewed = True, clock.monotonic(), clock.monotonic()
        try:
            started = await self.context.ecs.start_task(self.plan.request)
        except AwsError as error:
            self._asked = error.may_have_happened
            cause = cause_in(error.why)
            if self._asked or not cause.transient:
                raise
            text = f"ECS didn't start the canary task: {error.why}"
            return Failed(cause.name, text, cause.remedy, transient=True)
        if isinstance(started, StartFailure):
            self._asked = False
            cause = cause_in(started.reason)
            reason = "TaskNotStarted" if cause is UNKNOWN else cause.name
            text = f"ECS didn't start the canary task: {started}"
            return Failed(reason, text, cause.remedy, cause.transient)
        self.task, self.refreshed_at = started, clock.monotonic()
        where = placement.describe(self.plan.request.placement)
        self.context.tell(events.CanaryStarted(started.arn, where))
        return Passed(f"canary task {started.id} started")

    def adopt(self, task: Task, registrations: tuple[Registration, ...], took_s: float) -> None:
        """Adopt a task that a dead rollout started as this canary. Call it instead of `start`.

        Args:
            took_s: How long it took from its start until it was checked.
        """
        self.task, self.registrations = task, registrations
        self._asked = self.ever_healthy = True
        self.began, self._renewed = clock.monotonic() - took_s, clock.monotonic()

    async def refresh(self) -> Task | None:
        """Describe the task as it is now; None if ECS doesn't know it yet, or no longer does."""
        if self.task is None:
            return None
        arn, asked_at = self.task.arn, clock.monotonic()
        found = await self.context.service.task(arn)
        if found is None:
            self.missing_since = self.missing_since or clock.monotonic()
        else:
            ran = found.last_status == "RUNNING" or found.stop_code == _EXITED
            if ran and self.running_since is None:
                self.running_since = self._began_running(found)
            self.task, self.missing_since, self.refreshed_at = found, None, asked_at
            up = found.last_status == "RUNNING" and not found.stopping
            self.context.ledger.canary_runs = up
            await self.renew_lease()
        return found

    def _began_running(self, found: Task) -> float:
        """Return when the task was first RUNNING: after the last look, and not before ECS's time.

        What passed on ECS's clock since the start is added to the start on ours: so clocks that
        differ don't matter.
        """
        now, took_s = clock.monotonic(), found.took_s
        return now if took_s is None else min(now, max(self.refreshed_at, self.began + took_s))

    async def renew_lease(self) -> None:
        """Show other rollouts that this one is alive. A lost renewal does no further harm."""
        if not self.plan.request.tags or clock.monotonic() - self._renewed < identity.RENEW_S:
            return
        stops = self._retirement is not None and self._retirement.stop_asked
        if self.task is None or self.task.stopping or stops:
            return
        self._renewed = clock.monotonic()
        try:
            renewed = {identity.LEASE_TAG: identity.lease(clock.now())}
            await self.context.ecs.tag(self.task.arn, renewed)
        except AwsUnavailableError:
            return
        except AwsError as error:
            if not await self._has_stopped():
                text = f"the canary's lease is not renewed: {error.what}"
                self.context.notice(text)

    async def keep_lease(self) -> None:
        """Renew the lease until canceled, however seldom others poll."""
        while True:
            await clock.sleep(_RENEWAL_DUE_S)
            await self.renew_lease()

    async def _has_stopped(self) -> bool:
        """Check whether the task rejects tags because it stopped on its own; if so, report it."""
        if self.task is None:
            return False
        with contextlib.suppress(AwsError):
            arn = self.task.arn
            found = await self.context.service.task(arn)
            if found is not None and found.stopping:
                self.task = found
                self.tell_death(found)
                return True
        return False

    async def tag(self, key: str, value: str) -> bool:
        """Set a tag of the task for others to read. Report a failure, and return False."""
        if self.task is None or not self.plan.request.tags:
            return False
        try:
            await self.context.ecs.tag(self.task.arn, {key: value})
        except AwsError as error:
            self.context.notice(f"the canary's tag {key} is not set: {error.what}")
            return False
        return True

    async def locate(self) -> tuple[Registration, ...] | str:
        """Return the canary's targets, or what is still missing to locate them."""
        if self.task is None:
            return "the task"
        if self.task.container_instance_arn and self._instance_id is None:
            instance = await self.context.ecs.find_container_instance(
                self.plan.request.cluster, self.task.container_instance_arn
            )
            self._instance_id = instance.ec2_instance_id if instance else None
        plan = self.plan
        return targets.registrations(
            self.task, plan.service.load_balancers, plan.revision, plan.groups, self._instance_id
        )

    async def register(self, found: tuple[Registration, ...]) -> None:
        """Register the canary in every target group of the service."""
        self.registered_at = clock.monotonic()
        for registration in found:
            # Recorded before the call, to clean up even if the answer is lost.
            self.registrations += (registration,)
            group = registration.target_group
            await self.target_groups.register(group.arn, registration.target)
            self.context.tell(events.CanaryRegistered(group.arn, str(registration.target)))

    async def retire(self) -> None:
        """Deregister, drain and stop the canary. Safe to call again after it was canceled.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        async with self._retiring:
            if not self._asked or (self._retirement is not None and self._retirement.done):
                return
            if self.task is None:
                self.task = await self._find_lost()
            if self._retirement is None:
                took_traffic = False
                with self.context.interruption.until_hurried():
                    took_traffic = await self._took_traffic()
                self._retirement = retirement.Retirement(
                    context=self.context,
                    task=self.task,
                    registrations=self.registrations,
                    took_traffic=took_traffic,
                    stopped_timeout_s=self.plan.stopped_timeout_s,
                    reason="the cage rollout no longer needs its canary task",
                    death=self._death,
                    alive=self.renew_lease,
                )
            await self._retirement.run()

    async def retire_quietly(self) -> None:
        """Retire the canary before the end; whatever fails here is retried there."""
        try:
            await self.retire()
        except AwsError as error:
            self.context.notice(f"the canary is not removed yet: {error.what}")

    async def _retired(self) -> bool:
        """Retire the canary; False if AWS gives no answer, since it might do so later."""
        try:
            await self.retire()
        except AwsUnavailableError as error:
            self.context.notice(f"the canary is not removed yet: {error.what}")
            return False
        return True

    async def _took_traffic(self) -> bool:
        """Return whether a load balancer might have sent requests; not knowing counts as yes."""
        if self.ever_healthy:
            return True
        for registration in self.registrations:
            try:
                health = await self.target_groups.health(registration.target_group.arn)
            except AwsError:
                return True
            target = health.get(registration.target)
            if target is not None and target.state not in _UNSERVED:
                return True
        return False

    async def _find_lost(self) -> Task | None:
        """Find a canary whose start was requested, but whose answer never came."""

        async def look() -> Task | None:
            # A canary that is stopping is an earlier one of this rollout, which has been retired.
            known = await self.context.service.canaries()
            return next((t for t in known if identity.is_own(t, self.plan.request)), None)

        deadline = clock.Deadline.after(_SHOWS_WITHIN_S)
        answer = await Wait(look, deadline, Pace(latest_s=1.0)).result()
        if not isinstance(answer, Late):
            return answer
        if answer.last_error is not None:
            raise answer.last_error
        self.context.notice("ECS did not answer when a canary was started, and lists none")
        return None

    def _left(self) -> tuple[str, ...]:
        """List what was not cleaned up, each with the command that removes it."""
        place = self.context.place
        left = [
            f"{registration}: {registration.deregister_command(place.for_aws)}"
            for registration in self.registrations
            if self._retirement is None
            or registration not in (*self._retirement.deregistered, *self._retirement.reused)
        ]
        if self.stop_asked:
            return tuple(left)
        if self.task is None:
            left.append(
                f"a canary task that might have started: aws ecs list-tasks {place.in_cluster} "
                f"--started-by {self.plan.request.started_by}"
            )
        else:
            left.append(
                f"canary task {self.task.id}: aws ecs stop-task {place.in_cluster} "
                f"--task {self.task.arn}"
            )
        return tuple(left)
