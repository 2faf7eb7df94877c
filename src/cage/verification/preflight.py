"""Run the preflight checks. They change nothing."""

from __future__ import annotations

import anyio

from cage.context import Context
from cage.deployment.strategy import settled
from cage.model.base import Shape
from cage.model.errors import AwsError, NotFoundError, RefusedError
from cage.model.outcome import Finding, Severity
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.options.request import Request
from cage.ports.ecs import Ecs
from cage.verification import CATALOG
from cage.verification.protocol import Ground, Verification, not_checked

BOUND_S = 10.0
"""The time limit for all of them together; a check without an answer by then isn't checked."""


async def findings_of(
    context: Context,
    request: Request,
    service: Service,
    groups: dict[str, TargetGroup],
    before: Service | None,
) -> tuple[Finding, ...]:
    """Return the findings of all preflight checks for a service as it will be.

    Args:
        before: The service as it is; None if it doesn't exist yet.
    """
    new = request.task_definition
    if request.revision is not None or new is None:
        new = (await context.ecs.describe_revision(request.revision or service.revision_arn)).raw
    ground = Ground(
        region=context.place.region,
        service=service,
        groups=groups,
        old=await _old(context.ecs, service),
        new=new,
        prerequisites=context.gateway.prerequisites,
        timeout_s=request.timeouts.stable_s,
        on_timeout=request.on_timeout,
        unread_bake_s=_unread_bake_s(request),
        listeners=context.gateway.listeners,
        production=await _production(context, service),
        before=before,
        creates=before is None,
        canary=not request.no_canary,
        second_copy=request.allow_second_copy,
        asked_s=request.timeouts.bake_s + request.timeouts.bake_after_s + _approval_s(request),
        active_alarms=request.allow_active_alarms,
        cloudwatch=context.gateway.cloudwatch,
    )
    return await find_all(ground)


def _approval_s(request: Request) -> float:
    return request.checks.approve.timeout_s if request.checks.approve else 0.0


def _unread_bake_s(request: Request) -> float:
    """Return the longer bake time, if nothing is requested that reads logs or metrics."""
    if request.checks.logs or request.checks.metrics:
        return 0.0
    return max(request.timeouts.bake_s, request.timeouts.bake_after_s)


async def find_all(
    ground: Ground, catalog: tuple[Verification, ...] = CATALOG
) -> tuple[Finding, ...]:
    """Return the findings of all preflight checks, in catalog order. Never raises AwsError."""
    answers: dict[str, tuple[Finding, ...]] = {
        v.name: (not_checked(v.name, f"no answer within {BOUND_S:.0f} s"),) for v in catalog
    }

    async def ask(verification: Verification) -> None:
        name = verification.name
        try:
            answers[name] = tuple(await verification.verify(ground))
        except AwsError as error:
            answers[name] = (not_checked(name, error.what),)

    with anyio.move_on_after(BOUND_S):
        async with anyio.create_task_group() as group:
            for verification in catalog:
                group.start_soon(ask, verification)
    return tuple(finding for v in catalog for finding in answers[v.name])


async def _production(context: Context, service: Service) -> tuple[str, ...]:
    """Return where ECS says that production traffic goes; empty if it isn't moved, or unknown."""
    if not service.shifts_traffic:
        return ()
    try:
        return await settled(context, service)
    except AwsError:
        return ()


async def _old(ecs: Ecs, service: Service) -> Shape | None:
    if not service.revision_arn:
        return None
    try:
        return (await ecs.describe_revision(service.revision_arn)).raw
    except NotFoundError:
        return {}
    except AwsError:
        return None


def refusal_of(findings: tuple[Finding, ...]) -> RefusedError | None:
    """Return why a rollout is refused, for a finding that is an error; None if there is none."""
    errors = [f for f in findings if f.severity is Severity.ERROR]
    if not errors:
        return None
    first = errors[0]
    others = f"and {len(errors) - 1} more" if len(errors) > 1 else ""
    return RefusedError(
        f"Preflight check {first.verification}: {first.message}.",
        f"The rollout would fail{'; ' + others if others else ''}: cage verify lists everything.",
        f"{first.remedy} To start anyway, pass --no-verify.",
    )
