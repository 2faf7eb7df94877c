"""Follow a deployment that moves traffic: BLUE_GREEN, LINEAR and CANARY.

ECS shows its stages, and how it ends, in its service deployment only (ECS developer guide,
"View service history using Amazon ECS service deployments").
"""

from __future__ import annotations

import dataclasses

from cage.availability.duration import pauses_s
from cage.context import Context
from cage.deployment.follower import Change, Observer
from cage.deployment.hook_watch import HookWatch
from cage.deployment.judgment import Ended, Fate
from cage.deployment.rollback_path import RollbackPath
from cage.deployment.time_limit import Seen, expired
from cage.model import events
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import Outcome, Promoted, RolledBack, Superseded, Unproven, with_remedy
from cage.model.services import Service, ServiceDeployment
from cage.runtime import clock
from cage.runtime.polling import Late, Wait

_CLEAN_UP = "CLEAN_UP"
"""The stage in which the old service revision has scaled down to no tasks, and the new one is
the production one (ECS API reference, ServiceDeployment, lifecycleStage)."""


def judge(found: ServiceDeployment) -> Ended | None:
    """Judge a service deployment; None: not decided yet."""
    why = found.reason or "ECS gives no reason"
    match found.status:
        case "SUCCESSFUL":
            return Ended(Fate.PROVEN, "successful")
        case "ROLLBACK_SUCCESSFUL":
            return Ended(Fate.ROLLED_BACK, why)
        case "ROLLBACK_FAILED":
            return Ended(Fate.FAILED, f"ECS could not roll it back: {why}")
        case "STOPPED":
            return Ended(Fate.SUPERSEDED, f"service deployment {_short(found.arn)} was stopped")
    return None


@dataclasses.dataclass(slots=True)
class Shift:
    """Follows the service deployment that one update of ours made.

    Attributes:
        service: The service as last seen.
    """

    context: Context
    change: Change
    observer: Observer
    service: Service | None = None
    _arn: str = ""
    _last: ServiceDeployment | None = None
    _hooks: HookWatch | None = None
    _completed: bool = False
    _given_up: bool = False

    async def outcome(self) -> Ended:
        """Follow the deployment until there is a final verdict on it."""
        ours, timeout_s = self.change.ours, self.change.timeout_s + pauses_s(self.change.service)
        self._arn = self.change.arn
        self._hooks = HookWatch(self.context, ours.id, self.change.on_pause)
        self.context.tell(
            events.WaitStarted(f"deployment {ours.id} to move the traffic", timeout_s)
        )
        ended = await self._end(timeout_s)
        if ended.fate is Fate.TIMED_OUT:
            ended = await self._expired(ended)
        self._completed = ended.proven
        if not ended.proven and ended.fate is not Fate.LEFT:
            self.context.tell(events.DeploymentLost(ours.id, ended.fate, ended.message))
        return ended

    async def _end(self, timeout_s: float) -> Ended:
        """Wait for the end of the deployment, and report it if it is a good one."""
        began, ours = clock.monotonic(), self.change.ours
        deadline, hooks = clock.Deadline.after(timeout_s), self._hooks
        before_s = hooks.waited_s if hooks else 0.0

        async def look() -> Ended | None:
            ended = await self._look()
            if hooks is not None:
                wait.deadline = deadline.later(hooks.waited_s - before_s)
                wait.pace = hooks.pace(usual)
            return ended

        usual = self.observer.pace()
        wait = Wait(look, deadline, usual)
        ended = await wait.result()
        if isinstance(ended, Late):
            stage = f", in stage {self._last.stage}" if self._last and self._last.stage else ""
            text = f"deployment {ours.id} did not complete within {ended.timeout_s:.0f} s{stage}"
            return Ended(Fate.TIMED_OUT, text, reason="TimedOut")
        if ended.proven:
            took_s = clock.monotonic() - began
            self.context.tell(events.DeploymentProven(ours.id, ours.revision_arn, took_s))
        return ended

    async def _expired(self, late: Ended) -> Ended:
        """Return how the deployment ends for cage at its time limit."""
        self.service, unanswered = None, ""
        try:
            self.service = await self.context.service.describe()
        except AwsError as error:
            unanswered = error.what
        timeout_s = self.change.timeout_s + pauses_s(self.change.service)
        since = self.change.ours.since
        seen = Seen(self.service, self._last, timeout_s, since, self._arn, unanswered)
        ended = await expired(self.context, self.change, seen)
        return late if ended.fate is Fate.TIMED_OUT else ended

    async def _look(self) -> Ended | None:
        if not self._arn and not await self._found():
            return None
        found = await self.context.ecs.find_service_deployment(self._arn)
        if found is None:
            return None
        if self._last is None and not await self._is_ours(found):
            return Ended(Fate.SUPERSEDED, f"{_short(found.arn)} deploys something else")
        self._tell(found)
        left = await self._hooks.see(found) if self._hooks is not None else None
        ended = judge(found)
        if ended is not None:
            return ended
        if left is not None and not self._given_up:
            return left
        said = await self.observer.look(None, found)
        if said is None and self.change.failures is not None:
            said = await self.change.failures.look(found)
        return None if self._given_up else said

    async def _found(self) -> bool:
        """Find our service deployment: the first one that didn't exist before the update."""
        self.service = await self.context.service.describe()
        raw = self.service.raw if self.service else {}
        current = str(raw.get("currentServiceDeployment") or "")
        if not current or current == self.change.service.raw.get("currentServiceDeployment"):
            return False
        self._arn = current
        return True

    async def _is_ours(self, found: ServiceDeployment) -> bool:
        """Return whether it deploys our revision; someone else's might have come in between."""
        arn = found.target_revision_arn
        brings = await self.context.ecs.find_service_revision(arn) if arn else None
        return brings is None or brings.revision_arn == self.change.ours.revision_arn

    def _tell(self, found: ServiceDeployment) -> None:
        last, self._last = self._last, found
        if last == found:
            return
        self.context.tell(
            events.DeploymentProgressed(
                deployment_id=self.change.ours.id,
                rollout_state=found.status,
                desired_count=found.desired_count,
                running_count=found.running_count,
                pending_count=found.pending_count,
                failed_tasks=found.failed_tasks,
                stage=found.stage,
                traffic_percent=found.traffic_percent,
            )
        )

    async def give_up(self, lost: Ended) -> Outcome:
        """Return how ECS ended the deployment, or have ECS roll it back while it is in progress."""
        if lost.fate in {Fate.FAILED, Fate.ROLLED_BACK, Fate.SUPERSEDED}:
            return await self._result(lost, "ECS", lost)
        if self._completed:
            return await RollbackPath(self.context, self.change, self.observer).after(lost)
        return with_remedy(await self._rolled_back(lost), lost.remedy)

    async def _rolled_back(self, lost: Ended) -> Outcome:
        if self.change.kept:
            return Unproven(lost.reason, f"{lost.message}; it is left as it is: {self.change.kept}")
        self._given_up = True
        try:
            if await self._cleaning_up():
                return await self._cleaned_up(lost)
            self.context.tell(
                events.StepStarted(Step.ROLL_BACK, "have ECS roll the deployment back")
            )
            if self._arn:
                await self.context.ecs.stop_service_deployment(self._arn)
        except AwsError as error:
            return Unproven(lost.reason, f"{lost.message}; rolling it back failed: {error.what}")
        ended = await self._end(self.change.timeout_s)
        if ended.fate is Fate.TIMED_OUT:
            text = f"{lost.message}; it is not rolled back yet: {ended.message}"
            return Unproven(lost.reason, text, rolling_back=True)
        return await self._result(ended, "cage", lost)

    async def _cleaning_up(self) -> bool:
        """Return whether ECS is stopping the old tasks now; the last known stage can be old."""
        found = await self.context.ecs.find_service_deployment(self._arn) if self._arn else None
        if found is not None:
            self._tell(found)
        return self._last is not None and self._last.stage == _CLEAN_UP

    async def _cleaned_up(self, lost: Ended) -> Outcome:
        """Let ECS finish: all traffic has moved, and a rollback would leave no tasks at all."""
        ended = await self._end(self.change.timeout_s)
        why = f"{lost.message}; its old tasks had stopped by then, so it is not rolled back"
        if ended.fate is Fate.TIMED_OUT:
            return Unproven(lost.reason, why)
        if ended.proven and lost.fate is not Fate.TIMED_OUT:
            flags = self.context.place.flags
            remedy = f"If the revision is at fault, run: cage rollback {flags}"
            return Unproven(lost.reason, why, remedy)
        return await self._result(ended, "ECS", lost)

    async def _result(self, ended: Ended, by: str, lost: Ended) -> Outcome:
        """Return the outcome of a deployment with this end, which was lost for another reason."""
        ours = self.change.ours
        match ended.fate:
            case Fate.PROVEN:
                return Promoted(ours.revision_arn, ours.id)
            case Fate.ROLLED_BACK:
                back_to = await self._rolled_back_to()
                if back_to:
                    return RolledBack(by, back_to, lost.reason, lost.message)
            case Fate.SUPERSEDED:
                remedy = "Find out who stopped it or deployed over it."
                return Superseded("", "Superseded", lost.message, remedy)
        return Unproven(lost.reason, lost.message)

    async def _rolled_back_to(self) -> str:
        """Return the revision that the service runs again, as ECS reports; empty if it doesn't."""
        revision_arn = self._last.rollback_revision_arn if self._last else ""
        found = await self.context.ecs.find_service_revision(revision_arn) if revision_arn else None
        return found.revision_arn if found else ""


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
