"""What a check says, and how a rollout ends. Values, not exceptions."""

from __future__ import annotations

import dataclasses
import enum
from typing import TypeAlias

from cage.model.base import FOREIGN


@dataclasses.dataclass(frozen=True, slots=True)
class Passed:
    """The check holds."""

    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """The check doesn't hold, and waiting won't heal it.

    Attributes:
        reason: One CamelCase word for programs, as `ImageNotFound`.
        message: One line for people.
        remedy: What usually mends it; may be empty.
        heals: Whether another canary may pass although nobody mends anything.
    """

    reason: str
    message: str
    remedy: str = ""
    heals: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Inconclusive:
    """No answer came by the deadline; that isn't a pass. Fields as in `Failed`."""

    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """There is no answer yet.

    Attributes:
        message: What is being waited for, in one line.
        expected_s: Seconds from the start of this check until an answer is likely; None
            when nobody knows. It steers how often cage looks.
        soonest_s: How long not to look again at least, in seconds.
        sure: Whether there is certainly none before: then cage doesn't look before.
    """

    message: str
    expected_s: float | None = None
    soonest_s: float = 0.0
    sure: bool = False


Observation: TypeAlias = Passed | Failed | Inconclusive | Waiting
Verdict: TypeAlias = Passed | Failed | Inconclusive


class Severity(enum.StrEnum):
    """How grave a finding of a verification is; only an error blocks."""

    PASSED = "passed"
    NOT_CHECKED = "not-checked"
    WARNING = "warning"
    ERROR = "error"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a verification found before the start.

    Attributes:
        verification: Its name, as `images`.
        remedy: What mends it; empty where nothing has to be mended.
    """

    verification: str
    severity: Severity
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Availability:
    """How many of a service's targets were healthy throughout, as far as was looked.

    Attributes:
        desired: The desired count as last seen.
        healthy_before: Healthy targets at the start, without the canary.
        fewest_healthy: The fewest at any look.
        fewest_running: The fewest running tasks of the service at any look.
        floor: How many may be the fewest: what `--floor` asks for, or else what the
            service's minimumHealthyPercent promises.
        floor_asked: What `--floor` asks for, as it was written; empty if nothing.
        below_floor_s: Seconds for which fewer were seen.
        looks: How many looks that rests on.
        targets: Whether target groups were asked; without any, tasks that run count.
    """

    desired: int
    healthy_before: int
    fewest_healthy: int
    fewest_running: int
    floor: int
    floor_asked: str
    below_floor_s: float
    looks: int
    targets: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why tasks of a revision failed, as far as AWS tells.

    Attributes:
        of: Whose tasks: `canary` or `service`.
        cause: One CamelCase word for programs, as `ImageNotFound`.
        tasks: How many tasks failed for it.
        task_arn: The task that is described: the last one.
        container: The container that it failed for; empty if nobody knows.
        exit_code: That container's; None if it never ran, or still does.
        exit_meaning: What the code means, or which of the two it is; empty if nobody knows.
        log: The last lines of the container's log, in the order of time.
        log_note: Why there are none; empty if there are.
        events: What the service's event log says since the start, in the order of time.
    """

    of: str
    cause: str
    message: str
    remedy: str
    tasks: int
    task_arn: str
    container: str = ""
    exit_code: int | None = None
    exit_meaning: str = ""
    log: tuple[str, ...] = dataclasses.field(default=(), metadata=FOREIGN)
    log_note: str = ""
    events: tuple[str, ...] = dataclasses.field(default=(), metadata=FOREIGN)


@dataclasses.dataclass(frozen=True, slots=True)
class Promoted:
    """The service runs the new revision, proven by its own completed deployment."""

    revision_arn: str
    deployment_id: str


@dataclasses.dataclass(frozen=True, slots=True)
class Aborted:
    """The rollout ended before the service was changed.

    Attributes:
        step: The step in which it ended, as in `cage.model.events.Step`.
        inconclusive: True when no answer came, rather than a bad one.
    """

    step: str
    reason: str
    message: str
    remedy: str = ""
    inconclusive: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class RolledBack:
    """The service was changed, the deployment failed, and the service was put back, proven.

    Attributes:
        by: Who put it back: `ECS` (its circuit breaker or alarms) or `cage`.
        revision_arn: The revision that the service runs again.
    """

    by: str
    revision_arn: str
    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Superseded:
    """Somebody else's deployment took the place of ours before it was proven."""

    by_deployment_id: str
    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Unproven:
    """The service was changed, and neither success nor a way back could be proven."""

    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Interrupted:
    """A signal ended the rollout.

    Attributes:
        signal: The signal's name, as `SIGINT`.
        service_changed: Whether the service had been updated by then.
    """

    signal: str
    service_changed: bool
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class NothingToDo:
    """There was nothing to carry on with or to clean up; nothing was changed."""

    message: str


Outcome: TypeAlias = (
    Promoted | Aborted | RolledBack | Superseded | Unproven | Interrupted | NothingToDo
)


def with_remedy(outcome: Outcome, remedy: str) -> Outcome:
    """Return how a way back ended, with what mends the cause of it said first."""
    if not isinstance(outcome, RolledBack | Unproven) or not remedy:
        return outcome
    both = " ".join(part for part in (remedy, outcome.remedy) if part)
    return dataclasses.replace(outcome, remedy=both)


def service_changed(outcome: Outcome) -> bool:
    """Tell whether the service runs, or may run, something other than before."""
    match outcome:
        case Aborted() | RolledBack() | NothingToDo():
            return False
        case Interrupted():
            return outcome.service_changed
        case Promoted() | Superseded() | Unproven():
            return True
