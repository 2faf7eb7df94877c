"""A service's status, for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cage.model import Deployment
from cage.operations.status import CanaryNow, Status
from cage.report.plain import printable

_EVENTS = 5


def lines(status: Status, *, shown_events: int = _EVENTS) -> tuple[str, ...]:
    """Return the status as lines, without control characters."""
    service = status.service
    found = [
        (
            f"{service.name}: {service.status}, {service.running_count} of "
            f"{service.desired_count} tasks run, {'steady' if status.steady else 'NOT steady'}"
        ),
        *(_deployment(d) for d in service.deployments),
        *(_group(arn, health) for arn, health in status.health.items()),
        *(_canary(c) for c in status.canaries),
        *(f"  {_time(e.at)} {e.message}" for e in service.events[:shown_events]),
    ]
    return tuple(printable(line) for line in found)


def record(status: Status) -> dict[str, Any]:
    """Return the status as JSON's own types."""
    service = status.service
    return {
        "schema": 1,
        "at": status.at.isoformat(timespec="seconds"),
        "service": service.name,
        "status": service.status,
        "steady": status.steady,
        "desired_count": service.desired_count,
        "running_count": service.running_count,
        "deployments": [
            {
                "id": d.id,
                "status": d.status,
                "revision_arn": d.revision_arn,
                "rollout_state": d.rollout_state,
                "rollout_reason": d.rollout_reason,
                "desired_count": d.desired_count,
                "running_count": d.running_count,
                "pending_count": d.pending_count,
                "failed_tasks": d.failed_tasks,
            }
            for d in service.deployments
        ],
        "target_groups": [{"arn": a, "targets": health} for a, health in status.health.items()],
        "canaries": [
            {
                "task_arn": c.task.arn,
                "last_status": c.task.last_status,
                "rollout_id": c.rollout,
                "since": c.task.created_at.isoformat() if c.task.created_at else None,
                "lease_until": c.lease_until.isoformat() if c.lease_until else None,
                "alive": c.alive,
            }
            for c in status.canaries
        ],
        "events": [
            {"at": e.at.isoformat(timespec="seconds"), "message": e.message}
            for e in service.events[:_EVENTS]
        ],
    }


def _deployment(deployment: Deployment) -> str:
    state = (deployment.rollout_state or "no state").lower().replace("_", " ")
    failed = f", {deployment.failed_tasks} failed in a row" if deployment.failed_tasks else ""
    return (
        f"  deployment {deployment.id} ({deployment.status.lower()}) of "
        f"{deployment.revision_arn.rpartition('/')[2]}: {state}, {deployment.running_count} of "
        f"{deployment.desired_count} tasks run, {deployment.pending_count} pending{failed}"
    )


def _group(arn: str, health: dict[str, int] | None) -> str:
    name = arn.split("/")[1] if arn.count("/") else arn
    if health is None:
        return f"  target group {name}: GONE"
    counts = ", ".join(f"{count} {state}" for state, count in health.items())
    return f"  target group {name}: {counts or 'no targets'}"


def _canary(canary: CanaryNow) -> str:
    since = f" since {_time(canary.task.created_at)}" if canary.task.created_at else ""
    if canary.lease_until is None:
        lease = "it carries no lease"
    else:
        word = "alive, lease until" if canary.alive else "DEAD, lease ran out at"
        lease = f"{word} {_time(canary.lease_until)}"
    return f"  canary task {canary.task.id[:12]} by rollout {canary.rollout}{since}: {lease}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"
