"""Putting a service back by hand, and proving that it runs the old revision."""

from __future__ import annotations

import functools

from cage import events
from cage.deployment import eligibility, promotion
from cage.deployment.judgement import Fate, Judgement
from cage.deployment.proof import Proof
from cage.errors import (
    AccessDeniedError,
    AwsError,
    InvalidRequestError,
    NotFoundError,
    RefusedError,
)
from cage.events import Journal, Step
from cage.gateway import Ecs
from cage.interruption import Interruption
from cage.model import Revision, Service
from cage.operations.locking import require_lock, under_lock
from cage.operations.request import Gateway, Request, Result
from cage.operations.story import Story, required_service
from cage.outcome import Outcome, Promoted, Superseded, Unproven


async def rollback(
    gateway: Gateway,
    request: Request,
    journal: Journal,
    interruption: Interruption | None = None,
) -> Result:
    """Put a service back to `request.revision`, or to the last one that was steady before.

    No canary is started: the revision has served before, and at night time counts. A
    deployment in progress is replaced. A rollback that fails isn't rolled back by cage.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    story = Story("rollback", request, journal, interruption or Interruption())
    told = _Rollback(gateway.ecs, request, story)
    return await story.run(functools.partial(under_lock, gateway, story, told.tell))


class _Rollback:
    """The story's own steps."""

    def __init__(self, ecs: Ecs, request: Request, story: Story) -> None:
        self.ecs = ecs
        self.request = request
        self.story = story
        self.journal = story.journal

    async def tell(self) -> Outcome:
        """Tell the story."""
        service = await self._require()
        present = service.primary.revision_arn if service.primary else service.revision_arn
        revision, why = await self._choose(service, present)
        self.journal.tell(events.RollbackChosen(revision.arn, present, why))
        self.story.progress.revision = revision
        return await self._put_back(service, revision)

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

    async def _choose(self, service: Service, present: str) -> tuple[Revision, str]:
        """Return the revision to go back to, and why it is that one."""
        named = self.request.revision
        if named is not None:
            family = present.rpartition("/")[2].rpartition(":")[0]
            revision = await self.ecs.describe_revision(
                f"{family}:{named}" if named.isdigit() else named
            )
            if revision.arn == present:
                raise _refused(service, f"It is on {revision.name} already.")
            if revision.status != "ACTIVE":
                raise _refused(service, f"{revision.name} is {revision.status}.")
            return revision, "it was named"
        for arn in await self._steady(service):
            found = await self._usable(arn, present)
            if found is not None:
                return found, "the last other revision that a deployment ended well on"
        before = await self._before(present)
        if before is None:
            raise _refused(service, f"Nothing is known before {present.rpartition('/')[2]}.")
        return before, "the family's revision before; ECS names no deployment that ended well"

    async def _steady(self, service: Service) -> list[str]:
        try:
            return await self.ecs.steady_revisions(self.request.cluster, service.arn)
        except (AccessDeniedError, InvalidRequestError) as error:
            self.journal.tell(events.Noticed(f"earlier deployments can't be seen: {error.what}"))
            return []

    async def _usable(self, arn: str, present: str) -> Revision | None:
        """Return a revision that a service can be put back to, unless it is the present one."""
        if arn == present:
            return None
        try:
            revision = await self.ecs.describe_revision(arn)
        except NotFoundError:
            return None
        return revision if revision.status == "ACTIVE" else None

    async def _before(self, present: str) -> Revision | None:
        family, _, number = present.rpartition("/")[2].rpartition(":")
        for arn in await self.ecs.list_revisions(family):
            if int(arn.rpartition(":")[2]) < int(number):
                return await self.ecs.describe_revision(arn)
        return None

    async def _put_back(self, service: Service, revision: Revision) -> Outcome:
        """Update the service and prove the deployment."""
        self.story.step(Step.ROLL_BACK, f"put the service back to {revision.name}")
        await require_lock(self.story)
        self.story.progress.changed = True
        try:
            ours = await promotion.update(
                self.ecs,
                self.journal,
                cluster=self.request.cluster,
                service=service,
                revision_arn=revision.arn,
                changes={},
            )
        except AwsError as error:
            self.story.progress.changed = error.may_have_happened
            raise
        self.story.step(Step.PROVE, f"prove deployment {ours.id}")
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
        look = (
            f"Look at it now: aws ecs describe-services --cluster {self.request.cluster} "
            f"--services {service.name}"
        )
        if not isinstance(answer, Judgement):
            return Unproven("TimedOut", f"deployment {ours.id} was not completed in time", look)
        if answer.fate is Fate.PROVEN:
            return Promoted(revision.arn, ours.id)
        if answer.fate is Fate.SUPERSEDED:
            by = answer.other.id if answer.other else ""
            return Superseded(by, "Superseded", answer.message, "Find out who deployed it.")
        return Unproven("DeploymentFailed", f"the rollback failed: {answer.message}", look)


def _refused(service: Service, why: str) -> RefusedError:
    return RefusedError(
        f"Service {service.name} can't be put back.",
        why,
        "Name an ACTIVE revision that it doesn't run: --to family:revision.",
    )
