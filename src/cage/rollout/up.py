"""Create a service, and confirm that it is steady."""

from __future__ import annotations

from cage.context import Context
from cage.deployment.follower import Change
from cage.deployment.judgment import Ours
from cage.deployment.proof import Proof
from cage.model import events, other_deployers
from cage.model.errors import RefusedError, UsageError
from cage.model.events import Step
from cage.model.outcome import Outcome, Promoted, Unproven
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.options.request import Request
from cage.rollout.patience import patience_with
from cage.rollout.plan import creation
from cage.rollout.registration import revision_for
from cage.rollout.run import Run


async def up(context: Context, request: Request) -> Result:
    """Register the revision, create the service, and confirm that it is steady.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    run = Run("up", context, request)
    async with run.told():
        await _require(run)
        revision = await revision_for(run)
        service = await _create(run, revision)
        run.outcome = await _prove(run, service, revision)
    return run.result


async def _require(run: Run) -> None:
    """Require that the name is free, before anything is registered."""
    place = run.context.place
    run.step(Step.REQUIRE, f"check that no service is named {place.service}")
    if run.request.service_definition is None:
        raise UsageError(
            "No service definition specified.",
            "cage up creates a service from its definition files.",
            "Specify the directory that holds service.json and task-definition.json.",
        )
    other_deployers.require_none(run.request.service_definition, place.service)
    service = await run.context.service.describe()
    if service is not None and service.status != "INACTIVE":
        raise RefusedError(
            f"Service {service.name} already exists in cluster {place.cluster}; "
            f"it is {service.status}.",
            "cage up creates services and never changes one.",
            "To deploy a new revision to it, use cage rollout."
            if service.status == "ACTIVE"
            else "Wait until it is INACTIVE, then run this again.",
        )


async def _create(run: Run, revision: Revision) -> Service:
    context = run.context
    run.step(Step.CREATE, f"create service {context.place.service}")
    definition = {
        **creation(run.request, revision.arn),
        # ECS treats a repeated call with the same token as the same creation.
        "clientToken": context.journal.rollout_id[:36],
    }
    with run.changing():
        service = await context.ecs.create_service(definition)
    run.service = service
    primary = service.primary
    context.tell(events.ServiceCreated(service.arn, primary.id if primary else "", revision.arn))
    return service


async def _prove(run: Run, service: Service, revision: Revision) -> Outcome:
    primary = service.primary
    if primary is None:
        return Unproven(
            "NoDeployment",
            f"service {service.name} is created, and its controller {service.controller} "
            "shows no deployment to follow",
        )
    run.step(Step.PROVE, f"confirm deployment {primary.id}")
    ours = Ours(primary.id, revision.arn, frozenset())
    timeout_s = await patience_with(run.context, run.request.timeouts.stable_s, service)
    on_pause = run.request.on_pause or "leave"
    proof = Proof(run.context, Change(service, ours, timeout_s, on_pause=on_pause))
    ended = await proof.outcome()
    run.service = proof.service or service
    if ended.proven:
        return Promoted(revision.arn, primary.id)
    if ended.left is not None:
        return ended.left
    return Unproven("TimedOut" if ended.reason == "TimedOut" else "NotSteady", ended.message)
