"""Follow a rolling deployment until it is proven, or lost."""

from __future__ import annotations

import dataclasses
import re

from cage.availability.duration import pauses_s
from cage.context import Context
from cage.deployment.follower import Alone, Change, Observer
from cage.deployment.hook_watch import HookWatch
from cage.deployment.judgment import Ended, Fate, judge
from cage.deployment.time_limit import UNABLE, Seen, expired
from cage.model import events
from cage.model.services import Deployment, Service, has_hooks
from cage.runtime import clock
from cage.runtime.polling import Late, Wait

NOT_ALL_RUN = "NotAllRunning"

_IDS = re.compile(r"\S*\d\S*")


@dataclasses.dataclass(slots=True)
class Proof:
    """Follows one rolling deployment of a service.

    Attributes:
        service: The service as last seen.
    """

    context: Context
    change: Change
    observer: Observer = dataclasses.field(default_factory=Alone)
    service: Service | None = None
    _told: events.DeploymentProgressed | None = None
    _warned: set[str] = dataclasses.field(default_factory=set)

    async def outcome(self) -> Ended:
        """Return the final verdict on the deployment, or that the deadline passed without one."""
        began = listed_at = clock.monotonic()
        ours, timeout_s = self.change.ours, self.change.timeout_s + pauses_s(self.change.service)
        hooks = HookWatch(self.context, ours.id, self.change.on_pause)
        deadline = clock.Deadline.after(timeout_s)
        self.context.tell(events.WaitStarted(f"deployment {ours.id} to complete", timeout_s))

        async def look() -> Ended | None:
            nonlocal listed_at
            self.service = await self.context.service.describe()
            listed = self.service.deployment(ours.id) if self.service else None
            if listed is not None:
                listed_at = clock.monotonic()
                self._tell(listed)
                self._warn(listed)
            ended = judge(self.service, ours, missing_s=clock.monotonic() - listed_at)
            if ended is None and listed is not None and self.change.failures is not None:
                ended = await self.change.failures.look(listed)
            if ended is None:
                ended = await self.observer.look(self.service, listed)
            if ended is None:
                ended = await self._look_at_hooks(hooks)
            wait.pace = hooks.pace(self.observer.pace())
            wait.deadline = deadline.later(hooks.waited_s)
            return ended

        wait = Wait(look, deadline)
        answer = await wait.result()
        ended = await self._too_late(answer) if isinstance(answer, Late) else answer
        if ended.proven:
            took_s = clock.monotonic() - began
            self.context.tell(events.DeploymentProven(ours.id, ours.revision_arn, took_s))
        elif ended.fate is not Fate.LEFT:
            self.context.tell(events.DeploymentLost(ours.id, ended.fate, ended.message))
        return ended

    async def _look_at_hooks(self, hooks: HookWatch) -> Ended | None:
        """Look for lifecycle hooks, if the service has any: only the service deployment shows them.

        Returns that cage leaves the deployment, if it does.
        """
        service, ours = self.service, self.change.ours
        primary = service.primary if service else None
        if service is None or primary is None or primary.id != ours.id or not has_hooks(service):
            return None
        arn = str(service.raw.get("currentServiceDeployment") or "")
        found = await self.context.ecs.find_service_deployment(arn) if arn else None
        return await hooks.see(found) if found is not None else None

    def _tell(self, listed: Deployment) -> None:
        progress = events.DeploymentProgressed(
            deployment_id=listed.id,
            rollout_state=listed.rollout_state or "",
            desired_count=listed.desired_count,
            running_count=listed.running_count,
            pending_count=listed.pending_count,
            failed_tasks=listed.failed_tasks,
        )
        waiting = (
            self.service is not None and self.service.desired_count and not listed.desired_count
        )
        if progress != self._told and not waiting:  # until ECS acts it lists our deployment with 0
            self._told = progress
            self.context.tell(progress)

    def _warn(self, listed: Deployment) -> None:
        """Report each thing that ECS says it is unable to do, once."""
        for event in reversed(self.service.events if self.service else ()):
            kind = _IDS.sub("", event.message)
            new = listed.created_at is None or event.at >= listed.created_at
            if new and UNABLE in event.message and kind not in self._warned:
                self._warned.add(kind)
                self.context.notice(f"ECS: {event.message}")

    async def _too_late(self, late: Late) -> Ended:
        listed = self.service.deployment(self.change.ours.id) if self.service else None
        unanswered = late.last_error.what if late.last_error is not None else ""
        seen = Seen(self.service, listed, late.timeout_s, self.change.ours.since, "", unanswered)
        ended = await expired(self.context, self.change, seen)
        early = listed is not None and listed.rollout_state == "COMPLETED"
        if early and ended.fate is Fate.LEFT and not unanswered:
            text = ended.message.replace("did not complete", "completed early; not steady", 1)
            return dataclasses.replace(ended, message=text, reason=NOT_ALL_RUN)
        return ended
