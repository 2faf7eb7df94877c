"""What a rollout that ended half-way has made of the service. Pure: it decides, nothing more."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from datetime import datetime

from cage.deployment.strategy import strategy_of
from cage.model.services import Deployment, PastDeployment, Service

_ROLLING_BACK = "rolling back"

_IN_PROGRESS = frozenset(
    {"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"}
)
"""States of a service deployment that hasn't ended (ECS API reference, ServiceDeployment)."""


class Stand(enum.StrEnum):
    """Where the service stands."""

    UNCHANGED = "unchanged"
    """It hasn't been changed since the rollout began."""
    OURS = "ours"
    """The rollout's deployment is what it runs, or is about to."""
    PUT_BACK = "put-back"
    """The rollout's deployment was followed by one that brings the previous revision again."""
    OTHER = "other"
    """Someone else deployed something since."""


@dataclasses.dataclass(frozen=True, slots=True)
class Remains:
    """What a rollout left of itself in the service.

    Attributes:
        ours: The rollout's own deployment, as far as ECS lists it.
        stands: The deployment that the service works on or has reached.
        record: The rollout's own service deployment, as far as it is known.
        by_ecs: Where the service was rolled back: whether ECS did it automatically.
        in_progress: Whether what stands has yet to be brought to its end.
    """

    stand: Stand
    stands: Deployment | None
    ours: Deployment | None = None
    record: PastDeployment | None = None
    by_ecs: bool = False
    in_progress: bool = False


def remains(
    service: Service,
    *,
    revision_arn: str,
    began: datetime,
    good_revision_arn: str | None,
    past: Sequence[PastDeployment],
) -> Remains:
    """Tell what a rollout left, by what ECS dates with its own clock.

    Args:
        revision_arn: What the rollout was to bring.
        began: When its canary was started: its deployment is younger.
        good_revision_arn: What the service ran before; None: no one knows.
        past: The service's last service deployments, the newest first.
    """
    since = [p for p in past if p.created_at > began]
    record = next((p for p in since if p.revision_arn == revision_arn), None)
    listed = [d for d in service.deployments if _since(d, began) and d.revision_arn == revision_arn]
    ours = max(listed, key=lambda d: d.created_at or began) if listed else None
    primary = service.primary
    if primary is None or service.status != "ACTIVE":
        return Remains(Stand.OTHER, primary, ours, record)
    strategy = strategy_of(service)
    if strategy is not None and strategy.in_history:
        return _shifted(since, record, ours, primary)
    in_progress = primary.rollout_state in {"IN_PROGRESS", "FAILED"}
    if ours is not None and ours.id == primary.id:
        return Remains(Stand.OURS, primary, ours, record, in_progress=in_progress)
    changed = ours is not None or record is not None
    by_ecs = _by_ecs(primary, ours, record)
    if not changed:
        stand = Stand.OTHER if _since(primary, began) else Stand.UNCHANGED
        return Remains(stand, primary)
    if by_ecs or primary.revision_arn == good_revision_arn:
        return Remains(Stand.PUT_BACK, primary, ours, record, by_ecs, in_progress)
    return Remains(Stand.OTHER, primary, ours, record)


def _shifted(
    since: Sequence[PastDeployment],
    record: PastDeployment | None,
    ours: Deployment | None,
    primary: Deployment,
) -> Remains:
    """Tell it of a service whose deployments move traffic: its history says all."""
    if not since:
        return Remains(Stand.UNCHANGED, primary)
    if since[0] != record:
        return Remains(Stand.OTHER, primary, ours, record)
    in_progress = record.status in _IN_PROGRESS
    return Remains(Stand.OURS, primary, ours, record, in_progress=in_progress)


def _since(deployment: Deployment, began: datetime) -> bool:
    return deployment.created_at is not None and deployment.created_at > began


def _by_ecs(primary: Deployment, ours: Deployment | None, record: PastDeployment | None) -> bool:
    if _ROLLING_BACK in primary.rollout_reason:
        return True
    if ours is not None and primary.id in ours.rollout_reason:
        return True
    return record is not None and record.status.startswith("ROLLBACK")
