"""Following a deployment that moves traffic: BLUE_GREEN, LINEAR and CANARY.

ECS tells its stages, and how it ends, in its service deployment only (ECS developer guide,
"View service history using Amazon ECS service deployments").
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Awaitable, Callable

from cage.deployment.judgment import Fate, Judgment, Ours
from cage.model import events
from cage.model.base import Shape
from cage.model.errors import AwsError
from cage.model.events import Step
from cage.model.outcome import Outcome, Promoted, RolledBack, Superseded, Unproven
from cage.model.services import Service, ServiceDeployment
from cage.ports.ecs import Ecs
from cage.runtime import clock
from cage.runtime.journal import Journal
from cage.runtime.polling import OF_DEPLOYMENT, Late, Pace, Wait

_CLEAN_UP = "CLEAN_UP"
"""The stage in which the old service revision has scaled down to no tasks, and the new one is
the production one (ECS API reference, ServiceDeployment, lifecycleStage)."""

_TIMED_OUT = "TimedOut"
_MINUTE_S = 60.0
_WHOLE = 100.0


def held_s(configuration: Shape) -> float:
    """Return how long a deployment pauses by its own configuration, in seconds.

    Defaults: ECS API reference, LinearConfiguration and CanaryConfiguration.
    """
    minutes = float(configuration.get("bakeTimeInMinutes") or 0)
    match configuration.get("strategy"):
        case "CANARY":
            canary = configuration.get("canaryConfiguration") or {}
            minutes += float(canary.get("canaryBakeTimeInMinutes", 10))
        case "LINEAR":
            linear = configuration.get("linearConfiguration") or {}
            steps = math.ceil(_WHOLE / float(linear.get("stepPercent", 10.0))) - 1
            minutes += steps * float(linear.get("stepBakeTimeInMinutes", 6))
    return minutes * _MINUTE_S


def judge(found: ServiceDeployment) -> Judgment | None:
    """Judge a service deployment; None: not decided yet."""
    why = found.reason or "ECS gives no reason"
    match found.status:
        case "SUCCESSFUL":
            return Judgment(Fate.PROVEN, "successful")
        case "ROLLBACK_SUCCESSFUL":
            return Judgment(Fate.ROLLED_BACK, why)
        case "ROLLBACK_FAILED":
            return Judgment(Fate.FAILED, f"ECS could not roll it back: {why}")
        case "STOPPED":
            return Judgment(Fate.SUPERSEDED, f"service deployment {_short(found.arn)} was stopped")
    return None


@dataclasses.dataclass(slots=True)
class Shift:
    """Follows the service deployment that one update of ours made.

    Attributes:
        before: The service as it was before the update.
        kept: Why a deployment that isn't done in time is left as it is; empty: ECS is to roll
            it back.
        each_look: Called at each look, while the deployment goes on; may give it up.
        arn: The service deployment, where it is known; else it is found by the service.
        pace: How often to look.
    """

    ecs: Ecs
    journal: Journal
    cluster: str
    before: Service
    ours: Ours
    timeout_s: float
    kept: str = ""
    each_look: Callable[[ServiceDeployment], Awaitable[Judgment | None]] | None = None
    service: Service | None = None
    arn: str = ""
    pace: Pace = OF_DEPLOYMENT
    _last: ServiceDeployment | None = None
    _given_up: bool = False

    async def outcome(self) -> Outcome:
        """Follow the deployment to its end; have ECS roll it back if it isn't done in time."""
        configuration = self.before.raw.get("deploymentConfiguration") or {}
        most_s = self.timeout_s + held_s(configuration)
        self.journal.tell(
            events.WaitStarted(f"deployment {self.ours.id} to move the traffic", most_s)
        )
        began = clock.monotonic()
        answer = await Wait(self._look, clock.Deadline.after(most_s), self.pace).result()
        if isinstance(answer, Late):
            return await self._too_late(answer)
        if answer.fate is Fate.PROVEN:
            took_s = clock.monotonic() - began
            self.journal.tell(events.DeploymentProven(self.ours.id, self.ours.revision_arn, took_s))
            return Promoted(self.ours.revision_arn, self.ours.id)
        self.journal.tell(events.DeploymentLost(self.ours.id, answer.fate, answer.message))
        if answer.fate is Fate.HOPELESS:
            return await self.give_up(answer.reason, answer.message)
        return await self._end(answer, "ECS", "DeploymentFailed", answer.message)

    async def _look(self) -> Judgment | None:
        if not self.arn and not await self._found():
            return None
        found = await self.ecs.find_service_deployment(self.arn)
        if found is None:
            return None
        if self._last is None and not await self._is_ours(found):
            return Judgment(Fate.SUPERSEDED, f"{_short(found.arn)} brings something else")
        self._tell(found)
        verdict = judge(found)
        if verdict is None and self.each_look is not None:
            said = await self.each_look(found)
            return None if self._given_up else said
        return verdict

    async def _found(self) -> bool:
        """Find our service deployment: the first one that wasn't there before the update."""
        self.service = await self.ecs.find_service(self.cluster, self.before.name)
        raw = self.service.raw if self.service else {}
        current = str(raw.get("currentServiceDeployment") or "")
        if not current or current == self.before.raw.get("currentServiceDeployment"):
            return False
        self.arn = current
        return True

    async def _is_ours(self, found: ServiceDeployment) -> bool:
        """Tell whether it brings our revision; somebody else's may have come in between."""
        brings = await self.ecs.find_service_revision(found.target_revision_arn)
        return brings is None or brings.revision_arn == self.ours.revision_arn

    def _tell(self, found: ServiceDeployment) -> None:
        last, self._last = self._last, found
        if last == found:
            return
        self.journal.tell(
            events.DeploymentProgressed(
                deployment_id=self.ours.id,
                rollout_state=found.status,
                desired_count=found.desired_count,
                running_count=found.running_count,
                pending_count=found.pending_count,
                failed_tasks=found.failed_tasks,
                stage=found.stage,
                traffic_percent=found.traffic_percent,
            )
        )

    async def _too_late(self, late: Late) -> Outcome:
        stage = f", in stage {self._last.stage}" if self._last and self._last.stage else ""
        message = f"deployment {self.ours.id} was not done within {late.timeout_s:.0f} s{stage}"
        self.journal.tell(events.DeploymentLost(self.ours.id, "timed-out", message))
        return await self.give_up(_TIMED_OUT, message)

    async def give_up(self, reason: str, message: str) -> Outcome:
        """Have ECS roll our deployment back while it goes on, unless it is to be kept."""
        if self.kept:
            text = f"{message}; it is left as it is: {self.kept}"
            return Unproven(reason, text)
        self._given_up = True
        try:
            if await self._cleaning_up():
                return await self._cleaned_up(reason, message)
            self.journal.tell(
                events.StepStarted(Step.ROLL_BACK, "have ECS roll the deployment back")
            )
            if self.arn:
                await self.ecs.stop_service_deployment(self.arn)
        except AwsError as error:
            return Unproven(reason, f"{message}; rolling it back failed: {error.what}")
        deadline = clock.Deadline.after(self.timeout_s)
        answer = await Wait(self._look, deadline, self.pace).result()
        if isinstance(answer, Late):
            return Unproven(reason, f"{message}; nor was it rolled back")
        return await self._end(answer, "cage", reason, message)

    async def _cleaning_up(self) -> bool:
        """Tell whether ECS takes the old tasks away by now; what was seen last may be old."""
        found = await self.ecs.find_service_deployment(self.arn) if self.arn else None
        if found is not None:
            self._tell(found)
        return self._last is not None and self._last.stage == _CLEAN_UP

    async def _cleaned_up(self, reason: str, message: str) -> Outcome:
        """Let ECS finish: all traffic has moved, and going back would leave no tasks at all."""
        began = clock.monotonic()
        answer = await Wait(self._look, clock.Deadline.after(self.timeout_s), self.pace).result()
        why = f"{message}; the old tasks are gone by then, so it is not rolled back"
        if isinstance(answer, Late):
            return Unproven(reason, why)
        if answer.fate is Fate.PROVEN and reason != _TIMED_OUT:
            return Unproven(reason, why, "If the revision is at fault, use cage rollback.")
        if answer.fate is Fate.PROVEN:
            took_s = clock.monotonic() - began
            self.journal.tell(events.DeploymentProven(self.ours.id, self.ours.revision_arn, took_s))
        return await self._end(answer, "ECS", reason, message)

    async def _end(self, answer: Judgment, by: str, reason: str, message: str) -> Outcome:
        match answer.fate:
            case Fate.PROVEN:
                return Promoted(self.ours.revision_arn, self.ours.id)
            case Fate.ROLLED_BACK:
                back_to = await self._rolled_back_to()
                if back_to:
                    return RolledBack(by, back_to, reason, message)
            case Fate.SUPERSEDED:
                return Superseded(
                    "", "Superseded", message, "Find out who stopped it or deployed over it."
                )
        return Unproven(reason, message)

    async def _rolled_back_to(self) -> str:
        """Return the revision that the service runs again, as ECS says; empty if it doesn't."""
        revision_arn = self._last.rollback_revision_arn if self._last else ""
        found = await self.ecs.find_service_revision(revision_arn) if revision_arn else None
        return found.revision_arn if found else ""


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
