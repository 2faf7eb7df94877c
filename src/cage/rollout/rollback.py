"""Putting a service back by hand, and proving that it runs the old revision."""

from __future__ import annotations

import dataclasses
import functools

from cage.deployment import eligibility
from cage.deployment.judgment import Fate, Judgment, Ours
from cage.deployment.proof import Proof
from cage.deployment.rollback_path import WayBack
from cage.deployment.traffic_shift import Shift
from cage.deployment.update import update
from cage.model import events
from cage.model.errors import AwsError, RefusedError
from cage.model.events import Step
from cage.model.outcome import Outcome, Promoted, RolledBack
from cage.model.result import Result
from cage.model.services import Service
from cage.options.request import Request
from cage.ports.ecs import Ecs
from cage.ports.gateway import Gateway
from cage.rollout.lease import require_lock, under_lock
from cage.rollout.previous_revision import Choice, Chooser
from cage.rollout.story import Story, required_service
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal

_KEPT = "cage doesn't roll a rollback back"


async def rollback(
    gateway: Gateway,
    request: Request,
    journal: Journal,
    interruption: Interruption | None = None,
    agreed: Choice | None = None,
) -> Result:
    """Put a service back to `request.revision`, or to the last one that was steady before.

    No canary is started: the revision has served before, and at night time counts. A
    deployment in progress is replaced. A rollback that fails isn't rolled back by cage; if
    ECS does so, that is followed to its end.

    Args:
        gateway: The way to AWS.
        request: What is asked.
        journal: Takes the events.
        interruption: Takes signals.
        agreed: What was agreed to, if anybody was asked.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    story = Story("rollback", request, journal, interruption or Interruption())
    told = _Rollback(gateway.ecs, request, story, agreed)
    return await story.run(functools.partial(under_lock, gateway, story, told.tell))


class _Rollback:
    """The story's own steps."""

    def __init__(self, ecs: Ecs, request: Request, story: Story, agreed: Choice | None) -> None:
        self.ecs = ecs
        self.request = request
        self.story = story
        self.agreed = agreed
        self.journal = story.journal

    async def tell(self) -> Outcome:
        """Tell the story."""
        service = await self._require()
        choice = await self._choose(service)
        self.journal.tell(events.RollbackChosen(choice.revision.arn, choice.leaves_arn, choice.why))
        self.story.progress.revision = choice.revision
        return await self._put_back(service, choice)

    async def _require(self) -> Service:
        """Require a service that cage can deploy; a deployment in progress is no obstacle."""
        request = self.request
        self.story.step(Step.REQUIRE, f"look at service {request.service}")
        service = await required_service(self.ecs, self.story)
        unfit = eligibility.unfit(service)
        if unfit is not None:
            raise unfit
        primary = service.primary
        if primary is not None and primary.rollout_state == "IN_PROGRESS":
            name = primary.revision_arn.rpartition("/")[2]
            self.journal.tell(
                events.Noticed(f"deployment {primary.id} of {name} is in progress; it is replaced")
            )
        return service

    async def _choose(self, service: Service) -> Choice:
        """Return what was agreed to if it still holds, or choose now."""
        present = service.primary.revision_arn if service.primary else service.revision_arn
        if self.agreed is None:
            chooser = Chooser(
                self.ecs,
                self.request.cluster,
                lambda message: self.journal.tell(events.Noticed(message)),
            )
            return await chooser.choose(service, self.request.revision)
        if self.agreed.leaves_arn != present:
            raise RefusedError(
                f"Service {service.name} was deployed by somebody else since you were asked.",
                f"It was on {_short(self.agreed.leaves_arn)}; it is on {_short(present)} now.",
                "Find out who deployed it, then run this again.",
            )
        return self.agreed

    async def _put_back(self, service: Service, choice: Choice) -> Outcome:
        """Update the service and prove the deployment."""
        revision = choice.revision
        self.story.step(Step.ROLL_BACK, f"put the service back to {revision.name}")
        await require_lock(self.story)
        self.story.progress.changed = True
        try:
            ours = await update(
                self.ecs,
                self.journal,
                cluster=self.request.cluster,
                service=service,
                revision_arn=revision.arn,
                changes={},
                good_revision_arn=choice.leaves_arn,
            )
        except AwsError as error:
            self.story.progress.changed = error.may_have_happened
            raise
        self.story.step(Step.PROVE, f"prove deployment {ours.id}")
        outcome = await (self._shift if service.shifts_traffic else self._prove)(service, ours)
        if isinstance(outcome, RolledBack):
            again = f"It runs again what it was to leave, {_short(outcome.revision_arn)}: "
            remedy = f"{again}name another revision, --to family:revision."
            return dataclasses.replace(outcome, remedy=remedy)
        return outcome

    async def _prove(self, service: Service, ours: Ours) -> Outcome:
        """Follow a rolling deployment, and ECS's own way back from it, to the end."""
        proof = Proof(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service_name=service.name,
            ours=ours,
            timeout_s=self.request.timeouts.stable_s,
        )
        answer = await proof.result()
        self.story.progress.service = proof.service or service
        if isinstance(answer, Judgment) and answer.fate is Fate.PROVEN:
            return Promoted(ours.revision_arn, ours.id)
        back = WayBack(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service=service,
            ours=ours,
            undo={},
            timeout_s=self.request.timeouts.stable_s,
            kept=_KEPT,
        )
        return await back.after(answer)

    async def _shift(self, service: Service, ours: Ours) -> Outcome:
        """Follow a deployment that moves traffic to its end."""
        shift = Shift(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            before=service,
            ours=ours,
            timeout_s=self.request.timeouts.stable_s,
            kept=_KEPT,
        )
        outcome = await shift.outcome()
        self.story.progress.service = shift.service or service
        return outcome


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
