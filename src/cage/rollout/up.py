"""Creating a service, and proving that it is steady."""

from __future__ import annotations

from cage.deployment.judgment import Fate, Judgment, Ours
from cage.deployment.proof import Proof
from cage.model import events
from cage.model.errors import AwsError, RefusedError, UsageError
from cage.model.events import Step
from cage.model.outcome import Outcome, Promoted, Unproven
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.options.request import Request
from cage.ports.gateway import Gateway
from cage.rollout.plan import creation
from cage.rollout.registration import revision_for
from cage.rollout.story import Story
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from cage.runtime.polling import Late


async def up(
    gateway: Gateway,
    request: Request,
    journal: Journal,
    interruption: Interruption | None = None,
) -> Result:
    """Register the revision, create the service, and prove that it is steady.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    story = Story("up", request, journal, interruption or Interruption())
    return await story.run(_Up(gateway, request, story).tell)


class _Up:
    """The story's own steps, on one gateway."""

    def __init__(self, gateway: Gateway, request: Request, story: Story) -> None:
        self.ecs = gateway.ecs
        self.request = request
        self.story = story
        self.journal = story.journal

    async def tell(self) -> Outcome:
        """Tell the story."""
        await self._require()
        revision = await revision_for(self.story, self.ecs)
        service = await self._create(revision)
        return await self._prove(service, revision)

    async def _require(self) -> None:
        """Require that the name is free, before anything is registered."""
        request = self.request
        self.story.step(Step.REQUIRE, f"look for a service named {request.service}")
        if request.service_definition is None:
            raise UsageError(
                "There is no service definition.",
                "cage up creates a service from its definition files.",
                "Name the directory that holds service.json and task-definition.json.",
            )
        service = await self.ecs.find_service(request.cluster, request.service)
        if service is not None and service.status != "INACTIVE":
            raise RefusedError(
                f"Service {service.name} exists already in cluster {request.cluster}; "
                f"it is {service.status}.",
                "cage up creates services and never changes one.",
                "Use cage rollout to bring a new revision to it."
                if service.status == "ACTIVE"
                else "Wait until it is INACTIVE, then run this again.",
            )

    async def _create(self, revision: Revision) -> Service:
        request = self.request
        self.story.step(Step.CREATE, f"create service {request.service}")
        self.story.progress.changed = True
        definition = {
            **creation(request, revision.arn),
            # ECS takes a repeated call with the same token for the same creation.
            "clientToken": self.journal.rollout_id[:36],
        }
        try:
            service = await self.ecs.create_service(definition)
        except Exception as error:
            refused = isinstance(error, AwsError) and not error.may_have_happened
            self.story.progress.changed = not refused and await self._exists()
            raise
        self.story.progress.service = service
        primary = service.primary
        deployment_id = primary.id if primary else ""
        self.journal.tell(events.ServiceCreated(service.arn, deployment_id, revision.arn))
        return service

    async def _exists(self) -> bool:
        """Tell whether the service is there after all; not knowing counts as yes."""
        try:
            service = await self.ecs.find_service(self.request.cluster, self.request.service)
        except Exception:  # noqa: BLE001  the first error is the one to tell
            return True
        return service is not None and service.status == "ACTIVE"

    async def _prove(self, service: Service, revision: Revision) -> Outcome:
        primary = service.primary
        if primary is None:
            return Unproven(
                "NoDeployment",
                f"service {service.name} is created, and its controller {service.controller} "
                "shows no deployment to follow",
            )
        self.story.step(Step.PROVE, f"prove deployment {primary.id}")
        proof = Proof(
            ecs=self.ecs,
            journal=self.journal,
            cluster=self.request.cluster,
            service_name=service.name,
            ours=Ours(primary.id, revision.arn, frozenset()),
            timeout_s=self.request.timeouts.stable_s,
        )
        answer = await proof.result()
        self.story.progress.service = proof.service or service
        if isinstance(answer, Judgment) and answer.fate is Fate.PROVEN:
            return Promoted(revision.arn, primary.id)
        if isinstance(answer, Late):
            return Unproven("TimedOut", "the service didn't become steady in time")
        return Unproven("NotSteady", answer.message)
