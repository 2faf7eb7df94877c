"""What a described service says of our deployment. Pure: it decides, and does nothing."""

from __future__ import annotations

import dataclasses
import enum
from typing import Self

from cage.model.outcome import Failed, Inconclusive
from cage.model.services import Deployment, Service

_ROLLED_BACK_TO = "rolling back to deployment"
_ROLLING_BACK = "rolling back"

SEEN_WITHIN_S = 60.0
"""How long ECS's reads may lag behind an update before our deployment must be listed."""


class Fate(enum.StrEnum):
    """What became of our deployment."""

    PROVEN = "proven"
    FAILED = "failed"
    ROLLED_BACK = "rolled-back"
    SUPERSEDED = "superseded"
    GONE = "gone"
    HOPELESS = "hopeless"
    """It is in progress, and waiting can't help it."""
    TIMED_OUT = "timed-out"
    UNHEALTHY = "unhealthy"
    """It completed, or was about to, and something fails that must not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """How our deployment ended, or why it is given up.

    Attributes:
        other: The deployment that stands in our place, where there is one.
        reason: One CamelCase word for programs.
        remedy: What usually fixes it; empty where only a diagnosis can tell.
    """

    fate: Fate
    message: str
    other: Deployment | None = None
    reason: str = "DeploymentFailed"
    remedy: str = ""

    @property
    def proven(self) -> bool:
        """Whether the service runs our revision."""
        return self.fate is Fate.PROVEN

    @classmethod
    def unhealthy(cls, verdict: Failed | Inconclusive) -> Self:
        """Return the end of a deployment during which, or after which, something fails."""
        return cls(Fate.UNHEALTHY, verdict.message, reason=verdict.reason, remedy=verdict.remedy)


@dataclasses.dataclass(frozen=True, slots=True)
class Ours:
    """The deployment that one update of ours made.

    Attributes:
        before: The ids of the deployments that were there before the update.
        good_revision_arn: What the service goes back to if ours fails; None if nothing.
    """

    id: str
    revision_arn: str
    before: frozenset[str]
    good_revision_arn: str | None = None


def judge(service: Service | None, ours: Ours, *, missing_s: float) -> Ended | None:
    """Judge our deployment by the service as ECS describes it; None: not decided yet.

    Success is our own deployment, COMPLETED, PRIMARY, on our revision, and running. A service
    that is merely stable proves nothing: after a rollback it is stable too.

    Args:
        missing_s: Seconds since ECS last listed our deployment, or since the update. ECS's
            reads lag, so a list without it may be a read from before the update.
    """
    if service is None or service.status != "ACTIVE":
        status = service.status if service else "deleted"
        return Ended(Fate.GONE, f"the service is {status}")
    listed, primary = service.deployment(ours.id), service.primary
    if listed is not None and listed.status == "PRIMARY":
        return _judge_primary(service, listed, ours.revision_arn)
    if primary is None:
        return None
    if _is_rollback(service, listed, primary, ours):
        reason = (listed.rollout_reason if listed else "") or primary.rollout_reason
        return Ended(Fate.ROLLED_BACK, reason, primary)
    if listed is None and primary.id in ours.before and missing_s < SEEN_WITHIN_S:
        return None
    return Ended(
        Fate.SUPERSEDED,
        f"deployment {primary.id} of {primary.revision_arn.rpartition('/')[2]} took its place",
        primary,
    )


def _is_rollback(
    service: Service, listed: Deployment | None, primary: Deployment, ours: Ours
) -> bool:
    """Tell ECS's own rollback from someone's deployment that came after ours had failed.

    Where no one looked for minutes, only the service's events still tell it (ECS developer
    guide, "Amazon ECS service event messages": rolling back to deployment …).
    """
    if _ROLLING_BACK in primary.rollout_reason:
        return True
    told = f"{_ROLLED_BACK_TO} {primary.id}."
    if any(event.message.endswith(told) for event in service.events):
        return True
    if listed is None or listed.rollout_state != "FAILED":
        return False
    if primary.id in listed.rollout_reason:
        return True
    return primary.revision_arn == ours.good_revision_arn


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
        # ECS gives no state for some services (ECS API reference, Deployment): then counts.
        completed = (
            len(service.deployments) == 1
            and listed.pending_count == 0
            and listed.running_count == listed.desired_count
        )
    # No way back from COMPLETED is documented, should all tasks stop (API reference, Deployment).
    runs = listed.running_count > 0 or listed.desired_count == 0
    return Ended(Fate.PROVEN, "completed") if completed and runs else None
