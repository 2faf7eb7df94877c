"""Remove a canary task: deregister, drain, stop, in this order."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

import anyio

from cage.canary import reused_targets
from cage.context import Context
from cage.diagnosis.stopped import stopped_verdict
from cage.model import events
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.targets import Registration, Target
from cage.model.tasks import Task
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.polling import Late, Pace, Wait

_DRAIN_MARGIN_S = 60.0
_STOPS_AFTER_S = 5.0
"""Few tasks stop sooner, with their network interface, and those can wait."""

_STOP_EACH_S = 4.0
"""Its last steps take about 20 s: a look each second costs calls, and shows little."""

_EARLY_S = (10.0, 30.0, 90.0, 270.0)
"""When to check whether a drain ends early after all, as happens where time is scaled."""

_ALIVE_EACH_S = 10.0

_SHOWS_AFTER_S = 0.5
"""A target is listed as draining for its whole delay, also without connections (ELB User Guide,
Edit target group attributes, Deregistration delay); its end can be seen this much later."""


@dataclasses.dataclass(slots=True)
class Retirement:
    """Takes one task out of service. It remembers its progress.

    Attributes:
        took_traffic: Whether a load balancer might have sent the task requests. If not,
            there is nothing to drain, and the task is stopped as soon as it is deregistered.
        alive: Shows others, while it drains, that its rollout is alive; None for another's canary.
        deregistered: The targets that are out of their target groups, or draining.
        reused: The targets that now belong to another task, which keeps them.
        done: Whether the task has stopped, and nothing is left.
        death: The task, once it was reported that it stopped on its own.
    """

    context: Context
    task: Task | None
    registrations: tuple[Registration, ...]
    took_traffic: bool
    stopped_timeout_s: float
    reason: str
    alive: Callable[[], Awaitable[None]] | None = None
    deregistered: list[Registration] = dataclasses.field(default_factory=list)
    reused: list[Registration] = dataclasses.field(default_factory=list)
    drained: bool = False
    stop_asked: bool = False
    done: bool = False
    death: Task | None = None
    _draining_since: float | None = None
    _stopping: anyio.Lock = dataclasses.field(default_factory=anyio.Lock)

    async def run(self) -> None:
        """Continue from the current point to the end.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        async with background() as tasks:
            tasks.start_soon(self._stop_if_hurried)
            await self._in_order()
            tasks.cancel_scope.cancel()

    async def _in_order(self) -> None:
        interruption = self.context.interruption
        await self.deregister()
        if not self.drained and self.took_traffic:
            async with background() as tasks:
                tasks.start_soon(self._show_life)
                with interruption.until_hurried():
                    await self._drain()
                tasks.cancel_scope.cancel()
        self.drained = True
        if self.task is None:
            self.done = True
            return
        await self._stop(self.task.arn)
        with interruption.while_useful():
            await self._await_stopped(self.task.arn)
        if not self.done:
            self.done = True
            self.context.notice(f"ECS is still stopping canary task {self.task.id}")

    async def _stop_if_hurried(self) -> None:
        """Stop the task at a second signal, whatever else is still waited for."""
        with self.context.interruption.hurrying() as hurried:
            await hurried.wait()
        if self.task is not None:
            await self._stop(self.task.arn)

    async def _stop(self, arn: str) -> None:
        async with self._stopping:
            if not self.stop_asked:
                await self.context.ecs.stop_task(self.context.place.cluster, arn, self.reason)
                self.stop_asked = True
                self.context.ledger.canary_runs = False

    def _died(self, task: Task) -> bool:
        """Return whether the task stopped for another reason than that cage stopped it.

        Source: ECS API reference, StopTask, reason: it appears in later descriptions.
        """
        known_alive = self.task is not None and not self.task.stopping
        return known_alive and bool(task.stopped_reason) and task.stopped_reason != self.reason

    def _tell_death(self, task: Task) -> None:
        if self.death is None:
            self.context.notice(stopped_verdict(task).message)
            self.death = task

    async def deregister(self) -> None:
        """Deregister the task from its target groups: its drain begins.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        if self._draining_since is None:
            await self._deregister()
            self._draining_since = clock.monotonic()

    async def _deregister(self) -> None:
        left = [r for r in self.registrations if r not in (*self.deregistered, *self.reused)]
        wanted = frozenset(r.target for r in left)
        lost: frozenset[Target] = frozenset()
        may_have_died = not self.registrations and self.task is not None and not self.task.stopping
        if self.task is not None and (left or may_have_died):
            now = await reused_targets.as_it_is(self.context, self.task)
            if left and (now is None or now.stopping):
                lost = await reused_targets.reused(self.context, self.task, wanted)
            if now is not None and now.stopping:
                self.took_traffic = False  # no task is left to answer a request
                if not self.task.stopping:
                    self._tell_death(now)
        for registration in left:
            group, target = registration.target_group, registration.target
            if target in lost:
                self.reused.append(registration)
                self.context.ledger.owners.canaries.discard(target)
                text = f"{registration} now belongs to another task, so it stays registered"
                self.context.notice(text)
                continue
            await self.context.target_groups.deregister(group.arn, target)
            self.deregistered.append(registration)
            delay_s = group.deregistration_delay_s if self.took_traffic else 0.0
            self.context.tell(events.CanaryDeregistered(group.arn, str(target), delay_s))

    async def _show_life(self) -> None:
        """Keep showing that the rollout is alive: a drain can be longer than a lease."""
        while self.alive is not None:
            await self.alive()
            await clock.sleep(_ALIVE_EACH_S)

    async def _drain(self) -> None:
        interruption = self.context.interruption
        since = self._draining_since or clock.monotonic()
        leaving = [r for r in self.registrations if r not in self.reused]
        delay_s = max((r.target_group.deregistration_delay_s for r in leaving), default=0)
        waited_s = clock.monotonic() - since
        self.context.tell(events.WaitStarted("the canary's connections to drain", delay_s))

        def pace() -> Pace:
            so_far_s = clock.monotonic() - since
            most_s = interruption.drain_s
            until_s = delay_s if most_s is None else min(delay_s, most_s)
            until_s = min([until_s, *(early_s for early_s in _EARLY_S if early_s > so_far_s)])
            return Pace(max(0.0, until_s - waited_s) + _SHOWS_AFTER_S, sure=True)

        async def look() -> bool | None:
            wait.pace = pace()
            most_s = interruption.drain_s
            if most_s is not None and clock.monotonic() - since >= most_s:
                return True
            for registration in leaving:
                try:
                    health = await self.context.target_groups.health(registration.target_group.arn)
                except AwsUnavailableError:
                    raise
                except AwsError:
                    return None  # access is denied: wait for the whole delay
                target = health.get(registration.target)
                if target is not None and target.state not in {"", "unused"}:
                    return None
            return True

        deadline = clock.Deadline.after(max(0.0, delay_s - waited_s) + _DRAIN_MARGIN_S)
        with interruption.waking() as wake:
            wait = Wait(look, deadline, pace(), wake, at_once=False)
            answer = await wait.result()
        if isinstance(answer, Late):
            self.context.notice("the canary is still draining; it is stopped anyway")

    async def _await_stopped(self, arn: str) -> None:
        self.context.tell(events.WaitStarted("the canary task to stop", self.stopped_timeout_s))

        async def look() -> bool | None:
            task = await self.context.service.task(arn)
            if task is not None and task.stopping and self._died(task):
                self._tell_death(task)
            return True if task is None or task.last_status == "STOPPED" else None

        wait = Wait(
            look,
            clock.Deadline.after(self.stopped_timeout_s),
            Pace(_STOPS_AFTER_S, _STOP_EACH_S, sure=True),
            at_once=False,
        )
        if isinstance(await wait.result(), Late):
            self.context.notice(
                f"canary task {arn} didn't stop "
                f"within {self.stopped_timeout_s:.0f} s; ECS is still stopping it"
            )
            self.done = True
            return
        self.done = True
        self.context.tell(events.CanaryStopped(arn))
