"""The preflight checks on their own, for a rollout that hasn't begun."""

from __future__ import annotations

import dataclasses

from cage.context import Context
from cage.deployment import eligibility
from cage.deployment.first_deployment import planned
from cage.model import other_deployers
from cage.model.outcome import Finding, Severity
from cage.options.request import Request
from cage.rollout import settings
from cage.rollout.plan import creation
from cage.verification.preflight import findings_of

CREATION = "creation"
"""The name of the finding that the service doesn't exist yet."""


async def verify(context: Context, request: Request) -> tuple[Finding, ...]:
    """Return the findings of all preflight checks for a rollout that hasn't begun.

    Raises:
        NotFoundError: ECS reports the service as MISSING, or AWS a target group or revision.
        RefusedError: The service can't be rolled out, whatever the files contain.
        AwsError: AWS refused to describe them, or didn't answer.
    """
    other_deployers.require_no_daemon(context.place.service)
    before = await context.service.describe(tags=True)
    if before is None or before.status == "INACTIVE":
        return await _of_creation(context, request, gone=before is not None)
    eligibility.require_fit(before)
    intent = await settings.intended(context, request, before)
    service = intent.applied(before)
    arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
    groups = await context.target_groups.describe(list(arns))
    found = settings.finding(intent, request, before)
    others = await findings_of(context, request, service, groups, before)
    return (*others, found) if found is not None else others


async def _of_creation(context: Context, request: Request, *, gone: bool) -> tuple[Finding, ...]:
    """Return the findings about a service that doesn't exist yet: what `cage up` requires.

    Args:
        gone: Whether it existed once.

    Raises:
        NotFoundError: No file describes that service, or a target group doesn't exist.
        RefusedError: cage can't create such a service.
    """
    definition, named = request.service_definition, context.place.name
    if definition is None or str(definition.get("serviceName") or named) != named:
        raise context.service.not_found()
    other_deployers.require_none(definition, context.place.service)
    service = planned(creation(request, ""), context.place)
    eligibility.require_fit(service)
    arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
    groups = await context.target_groups.describe(list(arns))
    cluster, word = context.place.cluster, "is INACTIVE" if gone else "doesn't exist"
    new = Finding(
        CREATION,
        Severity.WARNING,
        f"service {service.name} {word} in cluster {cluster}: these are the checks of cage up",
        "To create it, run: cage up. If it should exist, check --service, --cluster and --region.",
    )
    without = dataclasses.replace(request, no_canary=True)
    return (*await findings_of(context, without, service, groups, None), new)


def word(findings: tuple[Finding, ...]) -> str:
    """Return the last line about findings: whether the operation would be refused."""
    errors = sum(one.severity is Severity.ERROR for one in findings)
    creates = any(one.verification == CREATION for one in findings)
    what = "cage up" if creates else "A rollout"
    return f"{what} would be refused: {errors} certain to fail." if errors else "No errors."
