"""Judge our deployment by a described service. Pure: it only decides."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime
from typing import Self

from cage.model.outcome import Failed, Inconclusive, StillFinishing
from cage.model.services import Deployment, Service, completes_early

_ROLLED_BACK_TO = "rolling back to deployment"

_NO_CAUSE = ("completed.", "in progress.")

SEEN_WITHIN_S = 60.0
"""How long ECS's reads can lag behind an update before our deployment must be listed."""


class Fate(enum.StrEnum):
    """The fate of our deployment."""

    PROVEN = "proven"
    FAILED = "failed"
    ROLLED_BACK = "rolled-back"
    SUPERSEDED = "superseded"
    GONE = "gone"
    HOPELESS = "hopeless"
    """It is in progress, and waiting can't help."""
    TIMED_OUT = "timed-out"
    LEFT = "left"
    """Nothing is wrong with it, and ECS continues it without cage."""
    UNHEALTHY = "unhealthy"
    """It completed, or was about to, and a check fails that must not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """How our deployment ended, or why it is abandoned.

    Attributes:
        other: The deployment that has replaced ours, if there is one.
        reason: One CamelCase word for programs.
        remedy: The usual fix; empty if it takes a diagnosis to know it.
        service_deployment: The service deployment that continues, by the last part of its ARN.
    """

    fate: Fate
    message: str
    other: Deployment | None = None
    reason: str = "DeploymentFailed"
    remedy: str = ""
    service_deployment: str = ""

    @property
    def proven(self) -> bool:
        """Whether the service runs our revision."""
        return self.fate is Fate.PROVEN

    @property
    def left(self) -> StillFinishing | None:
        """The outcome if ECS continues without cage; None if it doesn't."""
        if self.fate is not Fate.LEFT:
            return None
        return StillFinishing(self.service_deployment, self.reason, self.message, self.remedy)

    @classmethod
    def unhealthy(cls, verdict: Failed | Inconclusive) -> Self:
        """Return the end of a deployment during which, or after which, a check fails."""
        return cls(Fate.UNHEALTHY, verdict.message, reason=verdict.reason, remedy=verdict.remedy)


@dataclasses.dataclass(frozen=True, slots=True)
class Ours:
    """The deployment that one update of ours made.

    Attributes:
        before: The IDs of the deployments that existed before the update.
        good_revision_arn: The revision to roll back to if ours fails; None if there is none.
        since: When ECS created it; None if that is unknown.
        overwrote: Someone else's deployment that it replaced unseen, in words; empty if none.
    """

    id: str
    revision_arn: str
    before: frozenset[str]
    good_revision_arn: str | None = None
    since: datetime | None = None
    overwrote: str = ""


def judge(service: Service | None, ours: Ours, *, missing_s: float) -> Ended | None:
    """Judge our deployment by the service as ECS describes it; None: not decided yet.

    Success is our own deployment, COMPLETED, PRIMARY, on our revision, and running. A service
    that is merely stable confirms nothing: after a rollback it is stable too.

    Args:
        missing_s: Seconds since ECS last listed our deployment, or since the update. ECS's
            reads lag, so a list without it can be a read from before the update.
    """
    if service is None or service.status != "ACTIVE":
        status = service.status if service else "deleted"
        return Ended(Fate.GONE, f"the service is {status}")
    listed, primary = service.deployment(ours.id), service.primary
    if listed is not None and listed.status == "PRIMARY":
        return _judge_primary(service, listed, ours.revision_arn)
    if primary is None:
        return None
    may_be_stale = listed is None and primary.id in ours.before and missing_s < SEEN_WITHIN_S
    if _is_rollback(service, listed, primary, ours, may_be_stale=may_be_stale):
        return Ended(Fate.ROLLED_BACK, _why_back(service, listed, primary, ours.id), primary)
    if may_be_stale:
        return None
    return Ended(
        Fate.SUPERSEDED,
        f"deployment {primary.id} of {primary.revision_arn.rpartition('/')[2]} took its place",
        primary,
    )


def _is_rollback(
    service: Service,
    listed: Deployment | None,
    primary: Deployment,
    ours: Ours,
    *,
    may_be_stale: bool,
) -> bool:
    """Distinguish ECS's own rollback from someone's deployment after ours had failed.

    ECS rolls back to the old deployment, under its old id. So an event about a rollback to it
    can be older than ours. If no one has polled for minutes, only the service's events still
    show it (ECS developer guide, "Amazon ECS service event messages": rolling back to
    deployment …).
    """
    if primary.replaces(listed) and not may_be_stale:
        return True
    told = f"{_ROLLED_BACK_TO} {primary.id}."
    newer = (e for e in service.events if ours.since is None or e.at >= ours.since)
    if any(event.message.endswith(told) for event in newer):
        return True
    if listed is None or listed.rollout_state != "FAILED":
        return False
    return primary.revision_arn == ours.good_revision_arn


def _why_back(
    service: Service, listed: Deployment | None, primary: Deployment, ours_id: str
) -> str:
    """Return why ECS rolled our deployment back, also if only the end of the rollback was seen.

    The reason of a deployment that is completed says only that (ECS API reference, Deployment,
    rolloutStateReason); the service's events keep the cause.
    """
    for reason in (listed.rollout_reason if listed else "", primary.rollout_reason):
        if reason and not reason.endswith(_NO_CAUSE):
            return reason
    named = f"(deployment {ours_id})"
    for event in service.events:
        if named in event.message and "failed" in event.message:
            return event.message
    return "ECS rolled the deployment back and gives no reason"


def _judge_primary(service: Service, listed: Deployment, revision_arn: str) -> Ended | None:
    if listed.rollout_state == "FAILED":
        why = listed.rollout_reason or "no reason given"
        return Ended(Fate.FAILED, f"{why} ({listed.failed_tasks} tasks failed)")
    if listed.revision_arn != revision_arn:
        return Ended(
            Fate.SUPERSEDED,
            f"the deployment runs {listed.revision_arn}, not {revision_arn}",
            listed,
        )
    completed = listed.rollout_state == "COMPLETED"
    if listed.rollout_state is None:
        # ECS gives no state for some services (ECS API reference, Deployment): then use the counts.
        completed = (
            len(service.deployments) == 1
            and listed.pending_count == 0
            and listed.running_count == listed.desired_count
        )
    # No transition out of COMPLETED is documented if all tasks stop (API reference, Deployment).
    runs = listed.running_count > 0 or listed.desired_count == 0
    if completes_early(service):
        runs = listed.running_count >= listed.desired_count
    return Ended(Fate.PROVEN, "completed") if completed and runs else None
