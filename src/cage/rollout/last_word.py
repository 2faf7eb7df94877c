"""Look at the service once more before the last line: someone might have deployed since."""

from __future__ import annotations

from cage.context import Context
from cage.model.errors import AwsError
from cage.model.outcome import Outcome, Promoted, RolledBack, Superseded, Unproven
from cage.model.services import Deployment, Service

_REMEDY = "Find out who deployed it; cage leaves their deployment alone."


async def true_now(
    context: Context, outcome: Outcome | None, seen: Service | None
) -> Outcome | None:
    """Return the outcome as it is now: someone might have deployed while the canary drained.

    Args:
        outcome: How the operation ended, as confirmed some minutes ago.
        seen: The service as it was when that was confirmed.
    """
    if not isinstance(outcome, Promoted | RolledBack) or seen is None:
        return outcome
    try:
        now = await context.service.describe()
    except AwsError as error:
        context.notice(f"the service can't be read once more: {error.what}")
        return outcome
    return judged(outcome, seen, now)


def judged(outcome: Promoted | RolledBack, seen: Service, now: Service | None) -> Outcome:
    """Return the outcome, if it is still true. Pure.

    Args:
        now: The service as it is; None if ECS no longer knows it.
    """
    if now is None or now.status != "ACTIVE":
        status = now.status if now is not None else "deleted"
        return Unproven("ServiceGone", f"the service is {status}", "Find out who deleted it.")
    was, stands = seen.primary, now.primary
    if was is None or stands is None or not _later(stands, was):
        return outcome
    if isinstance(outcome, RolledBack) and stands.revision_arn == outcome.revision_arn:
        return outcome
    did = "completed" if isinstance(outcome, Promoted) else "was rolled back"
    name = stands.revision_arn.rpartition("/")[2]
    text = f"our deployment {did}; then someone deployed {name} by deployment {stands.id}"
    return Superseded(stands.id, "Superseded", text, _REMEDY)


def _later(stands: Deployment, was: Deployment) -> bool:
    """Return whether a deployment came after another one: ECS's reads can show older ones."""
    if stands.id == was.id or stands.created_at is None or was.created_at is None:
        return False
    return stands.created_at > was.created_at
