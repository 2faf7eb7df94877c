"""A service's status, for people and for programs."""

from __future__ import annotations

import dataclasses
import shlex
from datetime import datetime
from typing import Any, TextIO

from cage.model import other_deployers
from cage.model.errors import AwsUnavailableError
from cage.model.events import Step
from cage.model.services import Deployment, Hook, Service, ServiceDeployment, TaskSet
from cage.rollout.status import CanaryNow, Status
from cage.wording.harmless import harmless, harmless_json
from cage.wording.hooks import waits

_EVENTS = 5
_STEPS = {
    Step.START: "is starting its canary",
    Step.CHECK: "is checking its canary",
    Step.PROMOTE: "is updating the service",
    Step.CLEAN_UP: "is removing its canary",
}


def lines(status: Status, *, leases: bool = True) -> tuple[str, ...]:
    """Return the status as lines, without control characters.

    Args:
        leases: Whether to show the lease of a live canary. It changes every 30 seconds.
    """
    service = status.service
    found = [
        (
            f"{service.name}: {service.status}, {service.running_count} of "
            f"{service.desired_count} tasks running, {'steady' if status.steady else 'NOT steady'}"
        ),
        *_deployer(service),
        *(_deployment(d) for d in service.deployments),
        *_stages(status.deployment, service),
        *(_task_set(one) for one in service.task_sets),
        *(_group(arn, health) for arn, health in status.health.items()),
        *(line for c in status.canaries for line in _canary(c, leases=leases)),
        *(f"  {_time(e.at)} {e.message}" for e in service.events[:_EVENTS]),
    ]
    return tuple(harmless(line) for line in found)


def record(status: Status) -> dict[str, Any]:
    """Return the status as JSON types."""
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
        "service_deployment": _service_deployment(status.deployment),
        "task_sets": [dataclasses.asdict(one) for one in service.task_sets],
        "target_groups": [{"arn": a, "targets": health} for a, health in status.health.items()],
        "canaries": [
            {
                "task_arn": c.task.arn,
                "last_status": c.task.last_status,
                "rollout_id": c.rollout,
                "since": c.task.created_at.isoformat() if c.task.created_at else None,
                "lease_until": c.lease_until.isoformat() if c.lease_until else None,
                "alive": c.alive,
                "left_behind": c.left_behind,
                "step": c.step.value,
                "approval_until": c.approval_until.isoformat() if c.approval_until else None,
                "decided": c.decision.word.value if c.decision else None,
                "decided_by": str(c.decision) if c.decision else None,
                "deployment_id": c.deployment_id,
            }
            for c in status.canaries
        ],
        "events": [
            {"at": e.at.isoformat(timespec="seconds"), "message": e.message}
            for e in service.events[:_EVENTS]
        ],
    }


class Looks:
    """Writes each status that shows something new, and flushes it.

    Args:
        stream: Where to write.
        errors: Where to report that AWS returned no answer.
        dated: Whether each status begins with a line that contains the time.
        as_json: Whether each status is one JSON object on a line.
    """

    def __init__(
        self, stream: TextIO, errors: TextIO, *, dated: bool = False, as_json: bool = False
    ) -> None:
        self._stream = stream
        self._errors = errors
        self._dated = dated
        self._as_json = as_json
        self._before: tuple[str, ...] = ()

    def __call__(self, seen: Status | AwsUnavailableError) -> None:
        """Write a status. A renewed lease is not new."""
        if isinstance(seen, AwsUnavailableError):
            self._errors.write(f"{harmless(seen.what)}\n")
            return
        now = lines(seen, leases=False)
        if now == self._before:
            return
        self._before = now
        text = harmless_json(record(seen)) if self._as_json else "\n".join(lines(seen))
        stamp = f"{seen.at:%Y-%m-%dT%H:%M:%SZ}\n" if self._dated else ""
        self._stream.write(f"{stamp}{text}\n")
        self._stream.flush()


def _deployment(deployment: Deployment) -> str:
    state = (deployment.rollout_state or "no state").lower().replace("_", " ")
    failed = f", {deployment.failed_tasks} failed in a row" if deployment.failed_tasks else ""
    return (
        f"  deployment {deployment.id} ({deployment.status.lower()}) of "
        f"{deployment.revision_arn.rpartition('/')[2]}: {state}, {deployment.running_count} of "
        f"{deployment.desired_count} tasks running, {deployment.pending_count} pending{failed}"
    )


def _stages(found: ServiceDeployment | None, service: Service) -> tuple[str, ...]:
    """Return the stage of a deployment, its share of traffic, and the hooks that it waits for."""
    if found is None or not found.stage:
        return ()
    share = "" if found.traffic_percent is None else f", {found.traffic_percent:g}% of traffic"
    cluster = service.cluster_arn.rpartition("/")[2]
    flags = shlex.join(("--cluster", cluster, "--service", service.name))
    lines = [f"  service deployment {found.id}: stage {found.stage}{share}"]
    lines += [f"    {_hook(hook, found.stage)}" for hook in found.hooks if hook.open]
    for hook in found.pauses:
        which = f" --hook {hook.id}" if len(found.pauses) > 1 else ""
        lines += [f"      cage {word} {flags}{which}" for word in ("promote", "abort")]
    return tuple(lines)


def _hook(hook: Hook, stage: str) -> str:
    since, until = (_time(at) if at else "" for at in (hook.since, hook.expires_at))
    return waits(hook.id, hook.kind, stage, hook.target_arn, since, until, hook.timeout_action)


def _service_deployment(found: ServiceDeployment | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "id": found.id,
        "status": found.status,
        "stage": found.stage,
        "traffic_percent": found.traffic_percent,
        "hooks": [
            {
                "id": hook.id,
                "type": hook.kind,
                "target_arn": hook.target_arn or None,
                "status": hook.status,
                "since": hook.since.isoformat() if hook.since else None,
                "expires_at": hook.expires_at.isoformat() if hook.expires_at else None,
                "timeout_action": hook.timeout_action,
            }
            for hook in found.hooks
        ],
    }


def _task_set(task_set: TaskSet) -> str:
    state = task_set.stability.lower().replace("_", " ") or "no state"
    return (
        f"  task set {task_set.id} ({task_set.status.lower()}) of "
        f"{task_set.revision_arn.rpartition('/')[2]}: {state}, {task_set.running_count} of "
        f"{task_set.desired_count} tasks running, {task_set.pending_count} pending"
    )


def _deployer(service: Service) -> tuple[str, ...]:
    other = other_deployers.of_service(service.raw)
    return () if other is None else (f"  cage doesn't roll it out: it {other.what}",)


def _group(arn: str, health: dict[str, int] | None) -> str:
    name = arn.split("/")[1] if arn.count("/") else arn
    if health is None:
        return f"  target group {name}: DELETED"
    counts = ", ".join(f"{count} {state}" for state, count in health.items())
    return f"  target group {name}: {counts or 'no targets'}"


def _canary(canary: CanaryNow, *, leases: bool) -> tuple[str, ...]:
    """Return lines about a rollout's progress, and about its canary."""
    since = f", started {_time(canary.task.created_at)}" if canary.task.created_at else ""
    task = f"    canary task {canary.task.id}{since}"
    rollout = f"  rollout {canary.rollout}"
    if canary.lease_until is None:
        return f"{rollout} {_doing(canary)}; no lease", task
    if not canary.alive and not canary.left_behind:
        return f"{rollout} {_doing(canary)}; its lease expired at {_time(canary.lease_until)}", task
    if not canary.alive:
        return f"{rollout} is DEAD; its lease expired at {_time(canary.lease_until)}", task
    until = f", lease until {_time(canary.lease_until)}" if leases else ""
    return f"{rollout} {_doing(canary)}; alive{until}", task


def _doing(canary: CanaryNow) -> str:
    """Return the text about a rollout's progress that follows its id."""
    decided = canary.decision
    if canary.step is Step.PROVE:
        return f"updated the service: deployment {canary.deployment_id}"
    if decided is not None:
        return f"received {decided.word.value} from {decided}"
    if canary.step is Step.APPROVE and canary.approval_until is not None:
        return f"is waiting for approval until {_time(canary.approval_until)}"
    return _STEPS[canary.step]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"
