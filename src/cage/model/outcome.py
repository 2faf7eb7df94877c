"""Results of checks and endings of operations. Values, not exceptions."""

from __future__ import annotations

import dataclasses
import enum
from typing import TypeAlias

from cage.model.base import FOREIGN


@dataclasses.dataclass(frozen=True, slots=True)
class Passed:
    """The check passed."""

    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """The check failed, and waiting does not help.

    Attributes:
        reason: One CamelCase word for programs, such as `ImageNotFound`.
        message: One line for people.
        remedy: The usual fix; empty if none is known.
        transient: Whether another canary might pass without a fix.
    """

    reason: str
    message: str
    remedy: str = ""
    transient: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Inconclusive:
    """No answer arrived by the deadline, which is not a pass. Fields as in `Failed`."""

    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """No answer has arrived yet.

    Attributes:
        message: A description of the wait, in one line.
        expected_s: Seconds from the start of this check until an answer is likely; None if
            unknown. It decides how often cage polls.
        soonest_s: Minimum seconds until the next poll.
        sure: Whether an answer can't arrive earlier. If true, cage does not poll earlier.
        late_remedy: The fix if this is still so at the deadline; empty: that of the check.
    """

    message: str
    expected_s: float | None = None
    soonest_s: float = 0.0
    sure: bool = False
    late_remedy: str = ""


Observation: TypeAlias = Passed | Failed | Inconclusive | Waiting
Verdict: TypeAlias = Passed | Failed | Inconclusive


class Severity(enum.StrEnum):
    """How serious a finding of a preflight check is. Only an error blocks."""

    PASSED = "passed"
    NOT_CHECKED = "not-checked"
    WARNING = "warning"
    ERROR = "error"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a preflight check.

    Attributes:
        verification: The name of the preflight check, such as `images`.
        severity: How serious it is. Only `error` blocks.
        message: The finding, in one line.
        remedy: The fix; empty if there is nothing to fix.
    """

    verification: str
    severity: Severity
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Availability:
    """How many targets of a service were healthy throughout, as seen at each poll.

    Attributes:
        desired: The desired count at the last poll.
        healthy_before: Healthy targets at the start, without the canary.
        fewest_healthy: The lowest number of healthy targets of the service's own tasks at any poll.
        fewest_serving: The lowest number of healthy targets, with the canary, at any poll.
        fewest_running: The lowest number of running tasks of the service at any poll.
        floor: The lowest number that is allowed: the value of `--floor`, or what the service's
            minimumHealthyPercent promises. It applies to the targets that serve.
        floor_asked: The value of `--floor`, as written; empty without the flag.
        below_floor_s: Seconds below the floor.
        looks: The number of polls.
        targets: Whether these are targets of target groups. If false, they are running tasks.
    """

    desired: int
    healthy_before: int
    fewest_healthy: int
    fewest_serving: int
    fewest_running: int
    floor: int
    floor_asked: str
    below_floor_s: float
    looks: int
    targets: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why tasks of a revision failed, as far as AWS reports it.

    Attributes:
        of: Whose tasks: `canary` or `service`.
        cause: One CamelCase word for programs, such as `ImageNotFound`.
        message: The failure, in one line.
        remedy: The usual fix; empty if none is known.
        tasks: How many tasks failed for this cause.
        task_arn: The last of these tasks, which the rest describes.
        container: The container that failed; empty if unknown.
        exit_code: The exit code of the container; null if it never started or is still running.
        exit_meaning: The meaning of the exit code, or why it is missing; empty if unknown.
        log: The last lines of the container's log, oldest first.
        log_note: The reason for having no log lines; empty if there are any.
        events: The service's events since the start, oldest first.
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
    """The service is confirmed running the new revision, by its own completed deployment.

    Attributes:
        revision_arn: The new revision.
        deployment_id: The deployment that completed.
    """

    revision_arn: str
    deployment_id: str


@dataclasses.dataclass(frozen=True, slots=True)
class Aborted:
    """The operation ended before the service was changed.

    Attributes:
        step: The step in which it ended, as in `step-started`.
        reason: One CamelCase word for programs, such as `ImageNotFound`.
        message: The failure, in one line.
        remedy: The usual fix; empty if none is known.
        inconclusive: Whether no answer arrived, rather than a bad one.
    """

    step: str
    reason: str
    message: str
    remedy: str = ""
    inconclusive: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class RolledBack:
    """The service was changed, the deployment failed, and the rollback is confirmed.

    Attributes:
        by: Who rolled it back: `ECS` (its circuit breaker or alarms) or `cage`.
        revision_arn: The revision that the service is running again.
        reason: Why the deployment failed: one CamelCase word for programs.
        message: The failure, in one line.
        remedy: The usual fix; empty if none is known.
    """

    by: str
    revision_arn: str
    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Superseded:
    """Someone else's deployment replaced ours before ours was confirmed.

    Attributes:
        by_deployment_id: That deployment.
        reason: One CamelCase word for programs.
        message: The reason, in one line.
        remedy: The next step; empty if there is none.
    """

    by_deployment_id: str
    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class StillFinishing:
    """The service was changed, and ECS is still deploying it. Nothing is known to be wrong.

    Attributes:
        deployment: The service deployment that continues, by the last part of its ARN; empty
            if unknown.
        reason: One CamelCase word for programs: the cause of the wait, such as `Paused`.
        message: The cause of the wait, in one line.
        remedy: The next step; empty if none is known.
    """

    deployment: str
    reason: str
    message: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Unproven:
    """The service was changed, but cage could not confirm success or a rollback.

    Attributes:
        reason: One CamelCase word for programs.
        message: The reason, in one line.
        remedy: The next step; empty if none is known.
        rolling_back: Whether ECS was still rolling the service back when cage stopped waiting.
    """

    reason: str
    message: str
    remedy: str = ""
    rolling_back: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Interrupted:
    """A signal ended the operation.

    Attributes:
        signal: The name of the signal, such as `SIGINT`.
        service_changed: Whether the service had been updated by then.
        message: When it arrived, in one line.
    """

    signal: str
    service_changed: bool
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class NothingToDo:
    """There was nothing to continue or to clean up. Nothing was changed.

    Attributes:
        message: Why, in one line.
    """

    message: str


Outcome: TypeAlias = (
    Promoted
    | Aborted
    | RolledBack
    | Superseded
    | StillFinishing
    | Unproven
    | Interrupted
    | NothingToDo
)


def with_remedy(outcome: Outcome, remedy: str) -> Outcome:
    """Return how a rollback ended, with the fix of its cause first."""
    if not isinstance(outcome, RolledBack | Unproven) or not remedy:
        return outcome
    both = " ".join(part for part in (remedy, outcome.remedy) if part)
    return dataclasses.replace(outcome, remedy=both)


def service_changed(outcome: Outcome) -> bool:
    """Return whether the service is running, or might be running, something new."""
    match outcome:
        case Aborted() | RolledBack() | NothingToDo():
            return False
        case Interrupted():
            return outcome.service_changed
        case Promoted() | Superseded() | StillFinishing() | Unproven():
            return True
