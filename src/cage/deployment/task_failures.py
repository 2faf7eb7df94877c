"""The failed tasks of our deployment, and whether they are enough to abandon it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Sequence

from cage.context import Context
from cage.deployment.judgment import Ended, Fate
from cage.diagnosis.doctor import Doctor
from cage.diagnosis.stopped import account, cause_of, stopped_verdict
from cage.model.errors import AwsError, AwsUnavailableError
from cage.model.outcome import Diagnosis, Failed, Observation, Passed
from cage.model.revisions import Revision
from cage.model.services import Deployment, Service, ServiceDeployment
from cage.model.tasks import Task
from cage.runtime import clock

ENOUGH = 2
"""A cause is certain once this many tasks failed for it: one can be an accident."""

EACH_S = 60.0
"""How often to check an overdue deployment's stopped tasks without any sign of one."""

RESTLESS_S = 180.0
"""How long a completed deployment is watched, if its tasks failed before it completed.

ECS completes a deployment when its tasks are briefly healthy, though they might keep failing. It
replaces a task that stopped only after up to 66 s, as published service events show, and the
replacement needs its time to start and to fail.
"""

_MANY = 6
_OWN_FAULT = frozenset({"TaskFailedToStart", "EssentialContainerExited"})


def failed(task: Task) -> bool:
    """Return whether a task failed, and was not just stopped by someone or the scheduler."""
    return task.stopping and (
        task.stop_code in _OWN_FAULT or "failed" in task.stopped_reason.lower()
    )


def lasting(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that failed for a cause that is not temporary."""
    return [task for task in tasks if not cause_of(task).transient]


def hopeless(tasks: Sequence[Task], running: int) -> Ended | None:
    """Abandon our deployment if waiting can't help; None: not certain.

    It is certain if two or more tasks failed for the same cause, if that cause is not
    temporary, and if more such tasks failed than are running. One flaky start, or a few in a
    large service whose other tasks are running, never ends a deployment.

    Args:
        tasks: The failed tasks of our deployment.
        running: How many of its tasks are running.
    """
    counts = Counter(cause_of(task) for task in lasting(tasks))
    for cause, count in counts.most_common(1):
        if count >= ENOUGH and count > running:
            last = next(t for t in reversed(tasks) if cause_of(t) is cause)
            text = f"{count} tasks failed alike: {account(last)}"
            return Ended(Fate.HOPELESS, text, reason="TasksFail")
    return None


def escapes_ecs(failed_count: int, listed: Deployment | ServiceDeployment) -> bool:
    """Return whether tasks keep failing without triggering ECS's circuit breaker.

    Each task that is briefly healthy resets ECS's count, even if all of them stop soon after.
    It is certain if each task of the desired count has failed twice, and if ECS's count shows
    less than half of the failures.
    """
    enough = max(_MANY, 2 * listed.desired_count)
    return failed_count >= enough and listed.failed_tasks * 2 < failed_count


def has_breaker(service: Service) -> bool:
    """Return whether ECS itself judges failed tasks, by a circuit breaker."""
    breaker = service.configuration.get("deploymentCircuitBreaker") or {}
    return bool(breaker.get("enable"))


@dataclasses.dataclass(slots=True)
class Failures:
    """Looks for failed tasks of one deployment when there is a sign of one.

    A sign is a failure count that grew, or fewer tasks than at the previous poll: ECS doesn't
    count a task that was running and then stopped as a failure. So good deployments cost no call.

    Attributes:
        deployment_id: Our deployment.
        expected_s: Seconds until it is likely to be completed.
        ecs_judges: Whether ECS has a circuit breaker: then cage lets ECS judge what ECS sees.
        tasks: Its failed tasks, as far as seen.
    """

    context: Context
    deployment_id: str
    expected_s: float | None
    ecs_judges: bool = False
    tasks: list[Task] = dataclasses.field(default_factory=list)
    _known: set[str] = dataclasses.field(default_factory=set)
    _told: tuple[int, int, int] = (0, 0, 0)
    _began: float | None = None
    _looked_at: float = 0.0
    _refused: bool = False

    def count(self, task: Task) -> None:
        """Count a failed task of the revision that isn't the deployment's, such as the canary."""
        if failed(task) and task.arn not in self._known:
            self._known.add(task.arn)
            self.tasks.append(task)

    @property
    def own(self) -> list[Task]:
        """Those that our deployment started itself."""
        return [task for task in self.tasks if task.started_by == self.deployment_id]

    async def look(self, listed: Deployment | ServiceDeployment) -> Ended | None:
        """Look for failed tasks if there is a reason to, and judge."""
        if not self._due(listed):
            return None
        try:
            await self.look_again()
        except AwsUnavailableError:
            return None
        # Once a deployment has completed early, the circuit breaker no longer applies to it.
        over = isinstance(listed, Deployment) and listed.rollout_state == "COMPLETED"
        judged = self.ecs_judges and not over
        if judged and not escapes_ecs(len(lasting(self.tasks)), listed):
            return None
        return hopeless(self.tasks, listed.running_count)

    async def look_again(self) -> None:
        """Find tasks that failed since the last poll; after AWS refuses once, don't call it again.

        Raises:
            AwsUnavailableError: AWS didn't answer.
        """
        if self._refused:
            return
        try:
            await self.refresh()
        except AwsUnavailableError:
            raise
        except AwsError as error:
            self._refused = True
            self.context.notice(f"stopped tasks are not looked at: {error.what}")

    def _due(self, listed: Deployment | ServiceDeployment) -> bool:
        now = clock.monotonic()
        self._began = now if self._began is None else self._began
        before, running = self._told, listed.running_count
        alive = running + listed.pending_count
        self._told = (listed.failed_tasks, running, alive)
        overdue = now - self._began > (self.expected_s or 0.0) + EACH_S
        sign = listed.failed_tasks > before[0] or running < before[1] or alive < before[2]
        if sign or self.tasks:
            return True
        return overdue and now - self._looked_at >= EACH_S

    async def refresh(self) -> None:
        """Find the tasks of our deployment that failed since the last poll.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        self._looked_at = clock.monotonic()
        found = await self.context.service.tasks(stopped=True, but=self._known)
        for arn, task in found.items():
            self._known.add(arn)
            if task.started_by == self.deployment_id and failed(task):
                self.tasks.append(task)

    async def explained(
        self, doctor: Doctor, revision: Revision, canary: Task | None = None
    ) -> Diagnosis | None:
        """Explain why tasks failed: the deployment's own, or else the canary; None if none did."""
        with contextlib.suppress(AwsError):
            await self.refresh()
        own = self.own
        if not own and canary is not None and failed(canary):
            return await doctor.of_canary(canary, revision, stopped_verdict(canary))
        return await doctor.of_tasks(own or self.tasks, revision)


@dataclasses.dataclass(slots=True)
class NoFurtherFailures:
    """No further task of a completed deployment fails, beyond those that are known.

    One failed task, the first of its deployment, can be an accident; another can't.
    """

    failures: Failures
    known: int
    name: str = "tasks"

    async def look(self) -> Observation:
        """Look for tasks that failed since."""
        await self.failures.look_again()
        tasks = lasting(self.failures.tasks)
        if len(tasks) <= self.known or len(tasks) < ENOUGH:
            return Passed("no further task fails")
        cause = cause_of(tasks[-1])
        text = f"{len(tasks)} of its tasks failed, one after it was completed: {account(tasks[-1])}"
        return Failed("TasksFail", text, cause.remedy)
