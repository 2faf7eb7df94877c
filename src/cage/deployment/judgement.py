"""What a described service says of our deployment. Pure: it decides, and does nothing."""

from __future__ import annotations

import dataclasses
import enum

from cage.model import Deployment, Service

_ROLLING_BACK = "rolling back"


class Fate(enum.StrEnum):
    """What became of our deployment."""

    PROVEN = "proven"
    FAILED = "failed"
    ROLLED_BACK = "rolled-back"
    SUPERSEDED = "superseded"
    GONE = "gone"


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """A final word on our deployment.

    Attributes:
        other: The deployment that stands in our place, where there is one.
    """

    fate: Fate
    message: str
    other: Deployment | None = None


def judge(
    service: Service | None, deployment_id: str, revision_arn: str, *, seen: bool
) -> Judgement | None:
    """Judge our deployment by the service as ECS describes it; None: not decided yet.

    Success is our own deployment, COMPLETED, PRIMARY and on our revision. A service that is
    merely stable proves nothing: after a rollback it is stable too.

    Args:
        seen: Whether ECS has listed our deployment before; until then, a list without
            it is a read from before the update.
    """
    if service is None or service.status != "ACTIVE":
        status = service.status if service else "gone"
        return Judgement(Fate.GONE, f"the service is {status}")
    ours, primary = service.deployment(deployment_id), service.primary
    if ours is None and not seen:
        return None
    if ours is not None and ours.status == "PRIMARY":
        return _judge_primary(service, ours, revision_arn)
    if primary is None:
        return None
    failed = ours is not None and ours.rollout_state == "FAILED"
    if failed or _ROLLING_BACK in primary.rollout_reason:
        reason = (ours.rollout_reason if ours else "") or primary.rollout_reason
        return Judgement(Fate.ROLLED_BACK, reason, primary)
    return Judgement(
        Fate.SUPERSEDED,
        f"deployment {primary.id} of {primary.revision_arn.rpartition('/')[2]} took its place",
        primary,
    )


def _judge_primary(service: Service, ours: Deployment, revision_arn: str) -> Judgement | None:
    if ours.rollout_state == "FAILED":
        why = ours.rollout_reason or "no reason given"
        return Judgement(Fate.FAILED, f"{why} ({ours.failed_tasks} tasks failed)")
    if ours.revision_arn != revision_arn:
        return Judgement(
            Fate.SUPERSEDED, f"the deployment runs {ours.revision_arn}, not {revision_arn}", ours
        )
    completed = ours.rollout_state == "COMPLETED"
    if ours.rollout_state is None:
        # ECS gives no state for some services (ECS API reference, Deployment): then counts.
        completed = (
            len(service.deployments) == 1
            and ours.pending_count == 0
            and ours.running_count == ours.desired_count
        )
    return Judgement(Fate.PROVEN, "completed") if completed else None
