"""When the canary can leave without the service having fewer targets that serve than before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import anyio

from cage.availability.duration import Course
from cage.availability.floor import lower_bound
from cage.canary.task import Canary
from cage.model.errors import AwsUnavailableError
from cage.model.services import Deployment, ServiceDeployment
from cage.runtime import clock
from cage.runtime.polling import LATEST_S, OF_DEPLOYMENT, SOONEST_S, Pace

_SHARE = 0.125
"""Share of a long deployment's expected time: a change can be seen this late."""

_END_SHARE = 0.019
"""Share of that time: the end can be seen this late."""

_LATE_SHARE = 0.15
"""Share of the time since then: the tails of ECS's own waits are long."""

_SOON_S = 4.0
"""A canary that begins to drain this much later than possible mostly still ends with the old
tasks: the last of them stop after the first new one becomes healthy."""

_LAST_WAVE_S = 5.0
"""How often to poll for the last new task, where each one waits for an old one to drain."""

_SOONEST_OF_MANY = 0.8
"""Share of the time that the canary took: the quickest of several tasks is ready by then."""

_CALLS_S = 1.0
"""Time that the API calls of a poll take."""


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """The service's own healthy tasks in one of the canary's target groups.

    Attributes:
        own: How many there are, of any revision.
        new: How many of them came with the deployment.
    """

    own: int
    new: int


def costs_nothing(standing: Standing, goal: int, *, kept: bool) -> bool:
    """Return whether the canary can leave a target group, now and for the rest of the deployment.

    Args:
        goal: How many targets must serve.
        kept: Whether ECS itself keeps that many healthy tasks until the deployment ends. If it
            does, one new task shows that new tasks can take the canary's place. If it doesn't,
            it stops old tasks before new ones are healthy, and only new ones count.
    """
    return standing.own >= goal and standing.new >= (min(1, goal) if kept else goal)


class Replacement:
    """Watches for the moment from which the canary's leaving costs nothing.

    From then on, the canary drains alongside the deployment.

    Args:
        course: Returns how long the deployment usually takes, from how long a task takes to
            become healthy; None: ECS starts all new tasks before it stops an old one, and the
            duration doesn't pace the polls.
    """

    def __init__(self, canary: Canary, course: Callable[[float], Course] | None) -> None:
        self._canary = canary
        self._course_of = course
        self._course: Course | None = None
        self._known: dict[str, frozenset[str]] = {}
        self._replaced = anyio.Event()
        self._restored = anyio.Event()
        self._ended = anyio.Event()
        self._back = anyio.Event()
        self._began = 0.0
        self._one_runs_s: float | None = None
        self._all_run_s: float | None = None

    async def remember(self) -> None:
        """Remember which targets exist before the update."""
        canary = self._canary
        self._began = clock.monotonic()
        if self._course_of is not None:
            self._course = self._course_of(canary.serves_after_s())
        owners = canary.context.ledger.owners
        for arn in self._groups():
            self._known[arn] = owners.own(arn, await canary.target_groups.health(arn))

    def _groups(self) -> tuple[str, ...]:
        """Return the target groups that the canary is in, by ARN."""
        return tuple(dict.fromkeys(r.target_group.arn for r in self._canary.registrations))

    @property
    def _kept(self) -> bool:
        """Whether ECS keeps as many healthy tasks as must serve."""
        service = self._canary.plan.service
        goal = self._canary.context.ledger.goal()
        return self._course_of is None or lower_bound(service) >= goal

    async def _standings(self) -> list[Standing]:
        """Return the healthy tasks in each of the canary's target groups.

        Raises:
            AwsUnavailableError: AWS didn't answer.
        """
        canary, found = self._canary, []
        for arn in self._groups():
            health = await canary.target_groups.health(arn)
            own = canary.context.ledger.owners.own(arn, health)
            found.append(Standing(len(own), len(own - self._known.get(arn, frozenset()))))
        return found

    def expected_s(self) -> float | None:
        """Return how long the deployment is likely to take, in seconds; None: unknown.

        New tasks start and pass their checks as the canary did; then old ones drain.
        """
        course = self._course
        if course is None:
            return None
        return course.total_s if self._all_run_s is None else self._all_run_s + course.last_s

    def pace(self) -> Pace:
        """Return how often to poll the deployment: first for its tasks, then for its end."""
        course, expected_s = self._course, self.expected_s()
        if course is None or expected_s is None:
            return OF_DEPLOYMENT
        if not self._replaced.is_set() and self._one_runs_s is not None and not self._kept:
            return Pace(expected_s - course.last_s, _LAST_WAVE_S, 2 * OF_DEPLOYMENT.latest_s)
        if self._replaced.is_set() and self._all_run_s is None:
            return Pace(self._one_runs_s, _LAST_WAVE_S, OF_DEPLOYMENT.latest_s)
        if not self._replaced.is_set():
            soonest_s = course.first_s + _SOONEST_OF_MANY * course.start_s
            return Pace(self._one_runs_s or soonest_s, _SOON_S, LATEST_S)
        soonest_s = max(SOONEST_S, _END_SHARE * expected_s)
        latest_s = max(OF_DEPLOYMENT.latest_s, _SHARE * expected_s)
        return Pace(expected_s, soonest_s, latest_s, late_share=_LATE_SHARE)

    def next_look_s(self) -> float:
        """Return how long the pause until the next poll will be, in seconds."""
        if self._course is None:
            return OF_DEPLOYMENT.latest_s
        return self.pace().pause_s(clock.monotonic() - self._began) + _CALLS_S

    async def look(self, running_count: int, desired_count: int) -> None:
        """Check whether the canary is replaced; no answer from AWS only means: not yet.

        Until then the canary also shows others that its rollout is alive.

        Args:
            running_count: How many tasks of the deployment are running.
            desired_count: How many tasks the deployment is to run.
        """
        elapsed_s = clock.monotonic() - self._began
        if running_count and self._one_runs_s is None:
            self._one_runs_s = elapsed_s
        if running_count >= desired_count > 0 and self._all_run_s is None:
            self._all_run_s = elapsed_s
        if self._replaced.is_set():
            return
        await self._canary.renew_lease()
        if not running_count:
            return
        try:
            standings = await self._standings()
        except AwsUnavailableError:
            return
        if not standings:
            free = self._all_run_s is not None
        else:
            # Where traffic moves at the end, the canary's group is not the one that serves.
            goal = 1 if self._course_of is None else self._canary.context.ledger.goal()
            free = all(costs_nothing(s, goal, kept=self._kept) for s in standings)
        if free:
            self._replaced.set()

    async def look_back(self, listed: Deployment | ServiceDeployment | None) -> None:
        """Check during a rollback whether the canary's leaving costs nothing.

        Args:
            listed: The deployment that rolls the service back, as just seen.
        """
        if self._restored.is_set():
            return
        goal = self._canary.context.ledger.goal()
        if listed is None or listed.running_count < goal:
            return
        try:
            standings = await self._standings()
        except AwsUnavailableError:
            return
        if all(standing.own >= goal for standing in standings):
            self._restored.set()

    def proof_ended(self) -> None:
        """Note that there is nothing left to wait for."""
        self._ended.set()

    def rollback_ended(self) -> None:
        """Note that there is nothing left to wait for in the rollback either."""
        self._back.set()

    def died(self) -> None:
        """Note that the canary has stopped: nothing keeps it."""
        self._replaced.set()
        self._restored.set()

    async def retire_when_replaced(self) -> None:
        """Retire the canary once it is replaced; whatever fails here is retried at the end."""
        await self._retire_when(self._replaced, self._ended)

    async def retire_when_restored(self) -> None:
        """Retire the canary once the service is rolled back as far as it needs the canary."""
        if self._kept or not self._canary.registrations:
            self._restored.set()
        await self._retire_when(self._restored, self._back)

    async def _retire_when(self, free: anyio.Event, ended: anyio.Event) -> None:
        async with anyio.create_task_group() as waits:

            async def first(event: anyio.Event) -> None:
                await event.wait()
                waits.cancel_scope.cancel()

            waits.start_soon(first, free)
            waits.start_soon(first, ended)
            waits.start_soon(self._canary.keep_lease)
        if not free.is_set():
            return
        await self._canary.retire_quietly()
