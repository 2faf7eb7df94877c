"""Create a service, and confirm that it is steady. Read top to bottom: the whole operation."""

from __future__ import annotations

import contextlib
import dataclasses

from cage.availability import duration
from cage.canary import targets
from cage.context import Context
from cage.deployment import eligibility
from cage.deployment.first_deployment import planned
from cage.deployment.follower import Change
from cage.deployment.judgment import Ended, Ours
from cage.deployment.proof import Proof
from cage.deployment.task_failures import (
    RESTLESS_S,
    Failures,
    NoFurtherFailures,
    has_breaker,
    lasting,
)
from cage.model import events, other_deployers
from cage.model.errors import AwsError, RefusedError, UsageError
from cage.model.events import Step
from cage.model.outcome import (
    Failed,
    Inconclusive,
    Outcome,
    Passed,
    Promoted,
    Unproven,
    Verdict,
)
from cage.model.result import Result
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.options.contradictions import canary_checks
from cage.options.request import Request
from cage.rollout import lease
from cage.rollout.plan import creation
from cage.rollout.registration import revision_for
from cage.rollout.requirement import Ground, place_of_canary
from cage.rollout.rollout import Rollout
from cage.rollout.run import Run
from cage.rollout.settings import Intent
from cage.runtime.decisions import Decisions
from cage.runtime.hold import hold, while_held
from cage.verification.preflight import findings_of, refusal_of

_OBSERVED_S = 60.0
"""How long a service that became steady is watched."""


async def up(
    context: Context, request: Request, decisions: Decisions | None = None, *, canary: bool = False
) -> Result:
    """Register the revision, create the service, and confirm that it is steady.

    Args:
        context: The context that this runs in.
        request: The options of the operation.
        decisions: Accepts decisions that don't come through AWS, if a canary waits for approval.
        canary: Whether to check a canary task before the service exists.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    run = Run("up", context, dataclasses.replace(request, no_canary=not canary))
    async with run.told(), lease.held(run):
        # REQUIRE that the name is free, and that nothing is certain to fail.
        service, ground = await _require(run, canary=canary)

        # REGISTER the revision.
        revision = await revision_for(run)
        mismatch = targets.mismatch(service, revision, ground.groups)
        if mismatch is not None:
            raise mismatch

        # START a canary task and CHECK it, if that is requested.
        verdict = await _checked(run, ground, revision, decisions) if canary else Passed("")
        if not isinstance(verdict, Passed):
            run.outcome = run.aborted(verdict)
        else:
            # CREATE the service, and PROVE that it is steady.
            created = await _create(run, revision)
            run.outcome = await _prove(run, created, revision, ground)
    return run.result


async def _require(run: Run, *, canary: bool) -> tuple[Service, Ground]:
    """Require that the name is free and nothing is certain to fail, before anything is registered.

    Returns the service as it will be.
    """
    context, request, place = run.context, run.request, run.context.place
    run.step(Step.REQUIRE, f"check that no service is named {place.service}")
    if request.service_definition is None:
        raise UsageError(
            "No service definition specified.",
            "cage up creates a service from its definition files.",
            "Specify the directory that holds service.json and task-definition.json.",
        )
    other_deployers.require_none(request.service_definition, place.service)
    await _require_absent(context)
    service = planned(creation(request, ""), place)
    strategy = eligibility.require_fit(service)
    arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
    groups = await context.target_groups.describe(list(arns))
    where = await place_of_canary(run, request, service, wanted=canary)
    if canary:
        await run.guards.require_quiet()
    else:
        _say_what_is_not_asked(run)
    if request.verify:
        findings = await findings_of(context, request, service, groups, None)
        context.tell(events.Verified(findings))
        refusal = refusal_of(findings)
        if refusal is not None:
            raise refusal
    limit_s = request.timeouts.stable_s
    return service, Ground(service, service, strategy, Intent(), groups, where, requested_s=limit_s)


async def _require_absent(context: Context) -> None:
    service = await context.service.describe()
    if service is not None and service.status != "INACTIVE":
        raise RefusedError(
            f"Service {service.name} already exists in cluster {context.place.cluster}; "
            f"it is {service.status}.",
            "cage up creates services and never changes one.",
            "To deploy a new revision to it, use cage rollout."
            if service.status == "ACTIVE"
            else "Wait until it is INACTIVE, then run this again.",
        )


def _say_what_is_not_asked(run: Run) -> None:
    checks = run.request.checks
    names = [*canary_checks(run.request), *(["--alarm"] if checks.alarms else [])]
    if names:
        run.context.notice(
            f"{', '.join(names)}: not checked before the service exists. To check a canary task "
            "first, pass --canary"
        )


async def _checked(
    run: Run, ground: Ground, revision: Revision, decisions: Decisions | None
) -> Verdict:
    """Start a canary task of a service that doesn't exist yet, check it, and remove it."""
    rollout = Rollout(run, decisions)
    canary = rollout.canary(ground, revision)
    async with run.cleaned_up(canary):
        return await while_held(
            (*run.guards.held, *lease.lock_held(run)),
            lambda: rollout.examine(canary),
            run.context.journal,
        )


async def _create(run: Run, revision: Revision) -> Service:
    context = run.context
    run.step(Step.CREATE, f"create service {context.place.service}")
    definition = {
        **creation(run.request, revision.arn),
        # ECS treats a repeated call with the same token as the same creation.
        "clientToken": context.journal.rollout_id[:36],
    }
    await lease.require_lock(run)
    with run.changing():
        service = await context.ecs.create_service(definition)
    run.service = service
    primary = service.primary
    context.tell(events.ServiceCreated(service.arn, primary.id if primary else "", revision.arn))
    return service


async def _prove(run: Run, service: Service, revision: Revision, ground: Ground) -> Outcome:
    """Follow the service's first deployment; explain it and end early if it can't succeed."""
    primary = service.primary
    if primary is None:
        return Unproven(
            "NoDeployment",
            f"service {service.name} is created, and its controller {service.controller} "
            "shows no deployment to follow",
        )
    run.step(Step.PROVE, f"confirm deployment {primary.id}")
    course = duration.course(ground.service, ground.groups.values())
    failures = Failures(run.context, primary.id, course.total_s, has_breaker(service))
    change = Change(
        service,
        Ours(primary.id, revision.arn, frozenset()),
        ground.patience_s(0.0),
        on_pause=run.request.on_pause or "leave",
        failures=failures,
    )
    proof = Proof(run.context, change)
    ended = await proof.outcome()
    run.service = proof.service or service
    if ended.proven:
        unwell = await _unwell(run, failures)
        ended = Ended.unhealthy(unwell) if unwell else ended
    if ended.proven:
        return Promoted(revision.arn, primary.id)
    if ended.left is not None:
        return ended.left
    found = await failures.explained(run.doctor, revision)
    run.diagnosed(found)
    return _not_steady(ended, found.remedy if found else ended.remedy)


async def _unwell(run: Run, failures: Failures) -> Failed | Inconclusive | None:
    """Watch the steady service for a while, and longer if tasks failed; None: it is healthy.

    No canary has shown that its tasks stay up, and ECS completes a deployment of tasks that were
    running briefly.
    """
    asked_s = run.request.timeouts.bake_after_s
    name, for_s = "bake-after" if asked_s else "stays-healthy", max(asked_s, _OBSERVED_S)
    with contextlib.suppress(AwsError):
        await failures.look_again()
    while True:
        known = len(lasting(failures.tasks))
        for_s = max(for_s, RESTLESS_S) if known else for_s
        held = [NoFurtherFailures(failures, known)]
        verdict = await hold(name, held, for_s, run.context.journal)
        if not isinstance(verdict, Passed):
            return verdict
        if len(lasting(failures.tasks)) == known:
            return None


_CAUSES = frozenset({"TimedOut", "TasksFail", "TasksUnhealthy", "PercentsBlock"})


def _not_steady(ended: Ended, remedy: str) -> Unproven:
    """Return the outcome of a creation that isn't confirmed: a rollout can replace it."""
    reason = ended.reason if ended.reason in _CAUSES else "NotSteady"
    again = "Then deploy the fixed revision: cage rollout replaces a deployment that gets nowhere."
    return Unproven(reason, ended.message, f"{remedy} {again}".strip())
