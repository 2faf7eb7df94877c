"""Someone else's deployment, which a resumed rollout leaves alone."""

from __future__ import annotations

from cage.context import Context
from cage.model.errors import AwsError
from cage.model.outcome import Failed, Outcome, Superseded, Unproven
from cage.model.services import Service
from cage.rollout.dead_rollout import Remains
from cage.rollout.run import Run


async def left_alone(run: Run, service: Service, remains: Remains) -> Outcome:
    """Return the outcome for a service that someone else changed: whose deployment it is."""
    stands = remains.stands
    if stands is None or service.status != "ACTIVE":
        gone = Failed("ServiceGone", f"the service is {service.status}", "Find out who deleted it.")
        if remains.ours is None and remains.record is None:
            return run.aborted(gone)
        return Unproven(gone.reason, gone.message, gone.remedy)
    name = stands.revision_arn.rpartition("/")[2]
    at = f" of {stands.created_at:%Y-%m-%d %H:%M:%S} UTC" if stands.created_at else ""
    by = await _registered_by(run.context, name)
    return Superseded(
        stands.id,
        "Superseded",
        f"deployment {stands.id}{at} brought {name} since{by}",
        "Find out who deployed it; cage leaves their deployment alone.",
    )


async def _registered_by(context: Context, revision: str) -> str:
    try:
        found = await context.ecs.describe_revision(revision)
    except AwsError:
        return ""
    by = str(found.raw.get("registeredBy") or "")
    return f", a revision that {by} registered" if by else ""
