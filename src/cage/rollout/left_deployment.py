"""A deployment in progress that a rollout has left to ECS, and that has no canary. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from cage.model.services import PastDeployment, Service
from cage.model.tasks import Task
from cage.rollout.dead_rollout import IN_PROGRESS


def of(service: Service, past: Sequence[PastDeployment], named: str) -> PastDeployment | None:
    """Return the service's deployment in progress; None if there is none.

    Args:
        past: The service's history, newest first.
        named: The one to return, by the last part of its ARN; empty: any.
    """
    primary = service.primary
    if primary is None or service.status != "ACTIVE" or not past:
        return None
    newest = past[0]
    if newest.status not in IN_PROGRESS or newest.revision_arn != primary.revision_arn:
        return None
    return newest if named in {"", newest.arn.rpartition("/")[2]} else None


def trace(left: PastDeployment) -> Task:
    """Return what its canary would show of a rollout, as far as its deployment shows it."""
    return Task(
        arn="",
        revision_arn=left.revision_arn,
        last_status="STOPPED",
        desired_status="STOPPED",
        group="",
        started_by="",
        containers=(),
        container_instance_arn=None,
        ipv4=None,
        stop_code="",
        stopped_reason="",
        created_at=left.created_at,
        tags={},
    )
