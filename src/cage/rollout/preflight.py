"""The preflight checks on their own, for a rollout that hasn't begun."""

from __future__ import annotations

from cage.context import Context
from cage.deployment import eligibility
from cage.model.outcome import Finding
from cage.options.request import Request
from cage.rollout import settings
from cage.verification.preflight import findings_of


async def verify(context: Context, request: Request) -> tuple[Finding, ...]:
    """Return the findings of all preflight checks for a rollout that hasn't begun.

    Raises:
        NotFoundError: ECS reports the service as MISSING, or AWS a target group or revision.
        RefusedError: The service can't be rolled out, whatever the files contain.
        AwsError: AWS refused to describe them, or didn't answer.
    """
    before = await context.service.require(tags=True)
    eligibility.require_fit(before)
    intent = await settings.intended(context, request, before)
    service = intent.applied(before)
    arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
    groups = await context.target_groups.describe(list(arns))
    found = settings.finding(intent, request, before)
    others = await findings_of(context, request, service, groups, before)
    return (*others, found) if found is not None else others
