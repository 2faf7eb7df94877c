"""When the service's own new tasks take the canary's place, which lets it leave early."""

from __future__ import annotations

from collections.abc import Callable

import anyio

from cage.availability.duration import Course
from cage.canary.task import Canary
from cage.model.errors import AwsUnavailableError
from cage.model.targets import Target
from cage.runtime import clock
from cage.runtime.polling import OF_DEPLOYMENT, SOONEST_S, Pace

_SHARE = 0.125
"""Share of a long deployment's expected time: a change can be seen this late."""

_END_SHARE = 0.01
"""Share of that time: the end can be seen this late."""

_SOON_S = 3.0
"""A canary that begins to drain this much later than possible mostly still ends with the old
tasks: the last of them stop after the first new one becomes healthy."""

_SOONEST_OF_MANY = 0.8
"""Share of the time that the canary took: the quickest of several tasks is ready by then."""

_CALLS_S = 1.0
"""Time that the API calls of a poll take."""


class Replacement:
    """Watches for a task of the new deployment that is healthy where the canary is.

    From then on, the canary drains alongside the deployment, and draining takes no extra
    time.

    Args:
        course: Returns how long the deployment usually takes, from how long a task takes to
            become healthy; None: that doesn't pace the polls.
    """

    def __init__(self, canary: Canary, course: Callable[[float], Course] | None) -> None:
        self._canary = canary
        self._course_of = course
        self._course: Course | None = None
        self._known: set[Target] = set()
        self._replaced = anyio.Event()
        self._ended = anyio.Event()
        self._began = 0.0
        self._one_runs_s: float | None = None
        self._all_run_s: float | None = None

    async def remember(self) -> None:
        """Remember which targets exist before the update."""
        canary = self._canary
        self._began = clock.monotonic()
        if self._course_of is not None:
            self._course = self._course_of(canary.serves_after_s())
        for registration in canary.registrations:
            self._known |= set(await canary.target_groups.health(registration.target_group.arn))

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
        if not self._replaced.is_set() or self._all_run_s is None:
            soonest_s = course.first_s + _SOONEST_OF_MANY * course.start_s
            return Pace(self._one_runs_s or soonest_s, _SOON_S, OF_DEPLOYMENT.latest_s)
        soonest_s = max(SOONEST_S, _END_SHARE * expected_s)
        return Pace(expected_s, soonest_s, max(OF_DEPLOYMENT.latest_s, _SHARE * expected_s))

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
        canary = self._canary
        await canary.renew_lease()
        if not running_count:
            return
        try:
            for registration in canary.registrations:
                health = await canary.target_groups.health(registration.target_group.arn)
                if not any(h.state == "healthy" for t, h in health.items() if t not in self._known):
                    return
        except AwsUnavailableError:
            return
        if canary.registrations or self._all_run_s is not None:
            self._replaced.set()

    def proof_ended(self) -> None:
        """Note that there is nothing left to wait for."""
        self._ended.set()

    async def retire_when_replaced(self) -> None:
        """Retire the canary once it is replaced; whatever fails here is retried at the end."""
        async with anyio.create_task_group() as waits:

            async def first(event: anyio.Event) -> None:
                await event.wait()
                waits.cancel_scope.cancel()

            waits.start_soon(first, self._replaced)
            waits.start_soon(first, self._ended)
        if not self._replaced.is_set():
            return
        await self._canary.retire_quietly()
