"""Following a deployment until it is proven, or lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from cage import clock, events
from cage.deployment.judgement import Fate, Judgement, judge
from cage.events import Journal
from cage.gateway import Ecs
from cage.model import Deployment, Service
from cage.polling import Late, Wait

SEEN_WITHIN_S = 60.0
"""How long ECS's reads may lag behind an update before our deployment must be listed."""

LATEST_S = 15.0
"""A deployment takes minutes; a failing one is to be seen within this time."""

ROLLBACK_BEGINS_S = 60.0
"""How long after a failure ECS's own rollback may take to show."""


@dataclasses.dataclass(slots=True)
class Proof:
    """Follows one deployment of a service.

    Attributes:
        expected_s: Seconds until the deployment is likely to be completed.
        each_look: Called at each look, while the deployment goes on.
        service: The service as last seen.
    """

    ecs: Ecs
    journal: Journal
    cluster: str
    service_name: str
    deployment_id: str
    revision_arn: str
    timeout_s: float
    expected_s: float | None = None
    each_look: Callable[[], Awaitable[None]] | None = None
    service: Service | None = None
    _seen: bool = False
    _told: events.DeploymentProgressed | None = None

    async def result(self) -> Judgement | Late:
        """Return the final word on the deployment, or that the deadline passed without one."""
        began = clock.monotonic()
        self.journal.tell(
            events.WaitStarted(f"deployment {self.deployment_id} to complete", self.timeout_s)
        )

        async def look() -> Judgement | None:
            self.service = await self.ecs.find_service(self.cluster, self.service_name)
            ours = self.service.deployment(self.deployment_id) if self.service else None
            late = clock.monotonic() - began > SEEN_WITHIN_S
            self._seen = self._seen or ours is not None or late
            if ours is not None:
                self._tell(ours)
            verdict = judge(self.service, self.deployment_id, self.revision_arn, seen=self._seen)
            if verdict is None and self.each_look is not None:
                await self.each_look()
            return verdict

        wait = Wait(look, clock.Deadline.after(self.timeout_s), self.expected_s, LATEST_S)
        answer = await wait.result()
        if isinstance(answer, Judgement):
            took_s = clock.monotonic() - began
            if answer.fate is Fate.PROVEN:
                self.journal.tell(
                    events.DeploymentProven(self.deployment_id, self.revision_arn, took_s)
                )
            else:
                self.journal.tell(
                    events.DeploymentLost(self.deployment_id, answer.fate, answer.message)
                )
        else:
            self.journal.tell(
                events.DeploymentLost(self.deployment_id, "timed-out", self._lateness(answer))
            )
        return answer

    def _tell(self, ours: Deployment) -> None:
        progress = events.DeploymentProgressed(
            deployment_id=ours.id,
            rollout_state=ours.rollout_state or "",
            desired_count=ours.desired_count,
            running_count=ours.running_count,
            pending_count=ours.pending_count,
            failed_tasks=ours.failed_tasks,
        )
        if progress != self._told:
            self._told = progress
            self.journal.tell(progress)

    def _lateness(self, late: Late) -> str:
        if late.last_error is not None:
            return f"no answer from AWS: {late.last_error.what}"
        last = (
            f"; last event: {self.service.events[0].message}"
            if (self.service and self.service.events)
            else ""
        )
        return f"not completed within {late.timeout_s:.0f} s{last}"
