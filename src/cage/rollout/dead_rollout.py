"""The changes that an interrupted rollout made to the service. Pure: it only decides."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from datetime import datetime

from cage.deployment.strategy import strategy_of
from cage.model.services import Deployment, PastDeployment, Service

IN_PROGRESS = frozenset(
    {"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACKIN_PROGRESS"}
)
"""States of a service deployment that hasn't ended (ECS API reference, ServiceDeployment)."""


class Stand(enum.StrEnum):
    """The state of the service, relative to the rollout."""

    UNCHANGED = "unchanged"
    """The service hasn't changed since the rollout began."""
    OURS = "ours"
    """The service runs the rollout's deployment, or is about to."""
    PUT_BACK = "put-back"
    """A deployment of the previous revision followed the rollout's deployment."""
    OTHER = "other"
    """Someone else has deployed since."""


@dataclasses.dataclass(frozen=True, slots=True)
class Remains:
    """The traces that a rollout left in the service.

    Attributes:
        ours: The rollout's own deployment, if ECS still lists it.
        stands: The deployment that the service is working on or has reached.
        record: The rollout's own service deployment, if it is known.
        by_ecs: For a service that was rolled back: whether ECS did it automatically.
        in_progress: Whether the deployment in `stands` is unfinished.
    """

    stand: Stand
    stands: Deployment | None
    ours: Deployment | None = None
    record: PastDeployment | None = None
    by_ecs: bool = False
    in_progress: bool = False

    @property
    def went_back(self) -> bool:
        """Whether the rollout's deployment was rolled back, and no one has deployed since."""
        undone = self.record is not None and self.record.status.startswith("ROLLBACK")
        return self.stand is Stand.PUT_BACK or (self.stand is Stand.OURS and undone)


def remains(
    service: Service,
    *,
    revision_arn: str,
    began: datetime,
    good_revision_arn: str | None,
    past: Sequence[PastDeployment],
) -> Remains:
    """Return what a rollout left, based on the times that ECS recorded with its own clock.

    Args:
        revision_arn: The revision that the rollout was to deploy.
        began: When its canary was started; its deployment is newer.
        good_revision_arn: The revision that the service ran before; None if unknown.
        past: The last service deployments of the service, newest first.
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
    """Return it for a service whose deployments move traffic; only its history is needed."""
    if not since:
        return Remains(Stand.UNCHANGED, primary)
    if since[0] != record:
        return Remains(Stand.OTHER, primary, ours, record)
    in_progress = record.status in IN_PROGRESS
    return Remains(Stand.OURS, primary, ours, record, in_progress=in_progress)


def _since(deployment: Deployment, began: datetime) -> bool:
    return deployment.created_at is not None and deployment.created_at > began


def _by_ecs(primary: Deployment, ours: Deployment | None, record: PastDeployment | None) -> bool:
    if primary.replaces(ours):
        return True
    return record is not None and record.status.startswith("ROLLBACK")
