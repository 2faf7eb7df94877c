"""Following a deployment until it is proven, or lost."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Awaitable, Callable

from cage.deployment.judgment import Fate, Judgment, Ours, judge
from cage.deployment.task_failures import Failures
from cage.model import events
from cage.model.services import Deployment, Service
from cage.ports.ecs import Ecs
from cage.runtime import clock
from cage.runtime.journal import Journal
from cage.runtime.polling import OF_DEPLOYMENT, Late, Pace, Wait

_UNABLE = "unable to"
"""In each event that says what keeps ECS from going on (ECS developer guide, Service event
messages)."""

_IDS = re.compile(r"\S*\d\S*")

ROLLBACK_BEGINS_S = 60.0
"""How long after a failure ECS's own rollback may take to show."""


@dataclasses.dataclass(slots=True)
class Proof:
    """Follows one deployment of a service.

    Attributes:
        pace: How often to look; asked before each pause.
        each_look: Called at each look, while the deployment goes on; may give it up.
        failures: Looks for failed tasks, and ends the wait if they are certain to go on
            failing; None: nobody does.
        service: The service as last seen.
    """

    ecs: Ecs
    journal: Journal
    cluster: str
    service_name: str
    ours: Ours
    timeout_s: float
    pace: Callable[[], Pace] = lambda: OF_DEPLOYMENT
    each_look: Callable[[Service | None], Awaitable[Judgment | None]] | None = None
    failures: Failures | None = None
    service: Service | None = None
    _told: events.DeploymentProgressed | None = None
    _warned: set[str] = dataclasses.field(default_factory=set)

    async def result(self) -> Judgment | Late:
        """Return the final word on the deployment, or that the deadline passed without one."""
        began = listed_at = clock.monotonic()
        self.journal.tell(
            events.WaitStarted(f"deployment {self.ours.id} to complete", self.timeout_s)
        )

        async def look() -> Judgment | None:
            nonlocal listed_at
            self.service = await self.ecs.find_service(self.cluster, self.service_name)
            listed = self.service.deployment(self.ours.id) if self.service else None
            if listed is not None:
                listed_at = clock.monotonic()
                self._tell(listed)
                self._warn(listed)
            verdict = judge(self.service, self.ours, missing_s=clock.monotonic() - listed_at)
            if verdict is None and listed is not None and self.failures is not None:
                verdict = await self.failures.look(listed)
            if verdict is None and self.each_look is not None:
                verdict = await self.each_look(self.service)
            wait.pace = self.pace()
            return verdict

        wait = Wait(look, clock.Deadline.after(self.timeout_s))
        answer = await wait.result()
        if isinstance(answer, Judgment):
            took_s = clock.monotonic() - began
            if answer.fate is Fate.PROVEN:
                self.journal.tell(
                    events.DeploymentProven(self.ours.id, self.ours.revision_arn, took_s)
                )
            else:
                self.journal.tell(events.DeploymentLost(self.ours.id, answer.fate, answer.message))
        else:
            self.journal.tell(
                events.DeploymentLost(self.ours.id, "timed-out", self._lateness(answer))
            )
        return answer

    def _tell(self, listed: Deployment) -> None:
        progress = events.DeploymentProgressed(
            deployment_id=listed.id,
            rollout_state=listed.rollout_state or "",
            desired_count=listed.desired_count,
            running_count=listed.running_count,
            pending_count=listed.pending_count,
            failed_tasks=listed.failed_tasks,
        )
        if progress != self._told:
            self._told = progress
            self.journal.tell(progress)

    def _warn(self, listed: Deployment) -> None:
        """Tell what ECS says since that it is unable to do, each thing once."""
        for event in reversed(self.service.events if self.service else ()):
            kind = _IDS.sub("", event.message)
            new = listed.created_at is None or event.at >= listed.created_at
            if new and _UNABLE in event.message and kind not in self._warned:
                self._warned.add(kind)
                self.journal.tell(events.Noticed(f"ECS: {event.message}"))

    def _lateness(self, late: Late) -> str:
        if late.last_error is not None:
            return f"no answer from AWS: {late.last_error.what}"
        last = (
            f"; last event: {self.service.events[0].message}"
            if (self.service and self.service.events)
            else ""
        )
        return f"not completed within {late.timeout_s:.0f} s{last}"
