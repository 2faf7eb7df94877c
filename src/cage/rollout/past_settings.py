"""The settings that a service had with an earlier revision, as rollouts recorded them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.comparison.update import Settings, combined
from cage.context import Context
from cage.model.errors import AccessDeniedError, InvalidRequestError, NotFoundError
from cage.model.services import PastDeployment, Service
from cage.rollout import record
from cage.rollout.record import Record
from cage.rollout.settings import still_ours


def between(past: Sequence[PastDeployment], revision_arn: str) -> list[PastDeployment]:
    """Return the deployments by which a service left a revision, newest first.

    One that ECS rolled back is left out: its settings were restored then.

    Args:
        past: The service's deployments, newest first.
        revision_arn: The revision; if no deployment of it succeeded, nothing is returned.
    """
    found: list[PastDeployment] = []
    for one in past:
        if one.revision_arn == revision_arn and one.status == "SUCCESSFUL":
            return found
        if not one.status.startswith("ROLLBACK"):
            found.append(one)
    return []


async def settings_with(
    context: Context, service: Service, past: Sequence[PastDeployment], revision_arn: str
) -> Settings:
    """Return what restores the settings that a service had with an earlier revision.

    Each rollout that changed settings recorded how they were; the oldest record counts most.

    Raises:
        AwsError: AWS didn't answer.
    """
    found, now = Settings(), service
    for one in between(past, revision_arn):
        kept = await _record(context, one)
        older = {p.service_revision_arn for p in past if p.created_at < one.created_at}
        if kept is None or kept.source not in older:
            continue
        sent = still_ours(kept.back, now, kept.there.sent)
        now = dataclasses.replace(now, desired_count=sent.get("desiredCount", now.desired_count))
        found = combined(found, dataclasses.replace(kept.back, sent=sent))
    return found


async def _record(context: Context, past: PastDeployment) -> Record | None:
    if not past.revision_arn:
        return None
    try:
        return await record.find(context, past.revision_arn)
    except (AccessDeniedError, InvalidRequestError, NotFoundError) as error:
        context.notice(f"the settings before it are not known: {error.what}")
        return None
