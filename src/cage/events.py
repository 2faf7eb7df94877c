"""Everything that a rollout can tell: one closed union of frozen dataclasses.

Reports are folds over these events. JSON lines are their canonical form, so a field's
name is part of the schema: adding one is fine, renaming or removing one raises `SCHEMA`.
"""

from __future__ import annotations

import dataclasses
import enum
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from cage import clock
from cage.outcome import Availability, Diagnosis, Failed, Finding, Inconclusive, Outcome

SCHEMA = 1
"""The version of the events' schema."""

_UNSTAMPED = datetime.fromtimestamp(0, UTC)


class Step(enum.StrEnum):
    """The steps of an operation, in the order of the story."""

    REQUIRE = "require"
    REGISTER = "register"
    START = "start"
    CHECK = "check"
    APPROVE = "approve"
    CREATE = "create"
    PROMOTE = "promote"
    PROVE = "prove"
    ROLL_BACK = "roll-back"
    CLEAN_UP = "clean-up"


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Event:
    """What every event has; `Journal.tell` fills it in."""

    at: datetime = _UNSTAMPED
    rollout_id: str = ""


@dataclasses.dataclass(frozen=True)
class RolloutStarted(_Event):
    """A rollout (or, with operation `up`, the creation of a service) began."""

    operation: str
    region: str
    cluster: str
    service: str


@dataclasses.dataclass(frozen=True)
class StepStarted(_Event):
    """A step began; `title` says in a few words what it is about."""

    step: Step
    title: str


@dataclasses.dataclass(frozen=True)
class Noticed(_Event):
    """Something that the reader should know and that changes nothing: a warning."""

    message: str


@dataclasses.dataclass(frozen=True)
class UnfinishedFound(_Event):
    """A rollout was found that ended half-way; `stand` as in `deployment.remains.Stand`."""

    left_by: str
    revision_arn: str
    stand: str
    task_arn: str


@dataclasses.dataclass(frozen=True)
class LockTaken(_Event):
    """The service's lock is held by this rollout; `who` runs it."""

    name: str
    who: str


@dataclasses.dataclass(frozen=True)
class LockReleased(_Event):
    """The service's lock is free again."""

    name: str


@dataclasses.dataclass(frozen=True)
class RollbackChosen(_Event):
    """The revision that a service is put back to by hand, and why that one."""

    revision_arn: str
    present_revision_arn: str
    why: str


@dataclasses.dataclass(frozen=True)
class ServiceFound(_Event):
    """The service was found fit to be rolled out."""

    revision_arn: str
    desired_count: int
    target_group_arns: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Verified(_Event):
    """What could be known before the start was verified."""

    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True)
class RevisionReady(_Event):
    """The revision to roll out; `registered` is False if it was there before."""

    revision_arn: str
    registered: bool


@dataclasses.dataclass(frozen=True)
class CanaryFound(_Event):
    """A canary task was found; `alive` unless its rollout is known to be dead."""

    task_arn: str
    service: str
    started_by_rollout: str
    since: str
    alive: bool
    alive_until: str
    targets: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SweepFinished(_Event):
    """A sweep ended: how many canaries were found, are alive, were taken away, are left."""

    found: int
    alive: int
    taken_away: int
    left: int


@dataclasses.dataclass(frozen=True)
class CanarySwept(_Event):
    """A canary task that a dead rollout had left was deregistered and stopped."""

    task_arn: str
    left_by: str


@dataclasses.dataclass(frozen=True)
class CanaryStarted(_Event):
    """The canary task was started; it doesn't run yet."""

    task_arn: str
    placement: str


@dataclasses.dataclass(frozen=True)
class CanaryRepeated(_Event):
    """The canary didn't start for a cause that may heal: another one starts after `wait_s`."""

    cause: str
    wait_s: float


@dataclasses.dataclass(frozen=True)
class WaitStarted(_Event):
    """A wait began: for what, and how long it may take at most.

    Attributes:
        check: The check that waits, or `bake` or `bake-after`; empty for other waits.
    """

    what: str
    timeout_s: float
    check: str = ""


@dataclasses.dataclass(frozen=True)
class WaitProgressed(_Event):
    """Something changed in the thing that is waited for."""

    message: str


@dataclasses.dataclass(frozen=True)
class ApprovalAwaited(_Event):
    """Somebody is to decide until then (ISO 8601); `ways` says how, one line each."""

    until: str
    ways: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class CheckPassed(_Event):
    """A check of the canary task holds."""

    check: str
    message: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class CommandEnded(_Event):
    """A program of the user's ended; `exit_code` is None if it took too long."""

    command: str
    exit_code: int | None
    output: tuple[str, ...]
    took_s: float


@dataclasses.dataclass(frozen=True)
class CheckFailed(_Event):
    """A check of the canary task doesn't hold, or (`inconclusive`) gave no answer."""

    check: str
    reason: str
    message: str
    remedy: str
    took_s: float
    inconclusive: bool


def failure(check: str, verdict: Failed | Inconclusive, took_s: float) -> CheckFailed:
    """Return the event that tells of a verdict which is no pass."""
    return CheckFailed(
        check=check,
        reason=verdict.reason,
        message=verdict.message,
        remedy=verdict.remedy,
        took_s=took_s,
        inconclusive=isinstance(verdict, Inconclusive),
    )


@dataclasses.dataclass(frozen=True)
class Diagnosed(_Event):
    """Why the canary, or the service's own new tasks, failed."""

    diagnosis: Diagnosis


@dataclasses.dataclass(frozen=True)
class CanaryRegistered(_Event):
    """The canary task was registered in one of the service's target groups."""

    target_group_arn: str
    target: str


@dataclasses.dataclass(frozen=True)
class ServiceCreated(_Event):
    """The service was created."""

    service_arn: str
    deployment_id: str
    revision_arn: str


@dataclasses.dataclass(frozen=True)
class ServiceUpdated(_Event):
    """The service was told to run another revision."""

    deployment_id: str
    revision_arn: str


@dataclasses.dataclass(frozen=True)
class DeploymentProgressed(_Event):
    """The deployment's counts or state changed.

    Attributes:
        stage: The life-cycle stage, where ECS moves traffic, as BAKE_TIME.
        traffic_percent: The share of production traffic on the new tasks, in percent.
    """

    deployment_id: str
    rollout_state: str
    desired_count: int
    running_count: int
    pending_count: int
    failed_tasks: int
    stage: str = ""
    traffic_percent: float | None = None


@dataclasses.dataclass(frozen=True)
class DeploymentProven(_Event):
    """Our deployment is COMPLETED, PRIMARY and on our revision."""

    deployment_id: str
    revision_arn: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class DeploymentLost(_Event):
    """Our deployment didn't succeed."""

    deployment_id: str
    reason: str
    message: str


@dataclasses.dataclass(frozen=True)
class CanaryDeregistered(_Event):
    """The canary task was taken out of a target group; it drains now."""

    target_group_arn: str
    target: str
    drain_s: float


@dataclasses.dataclass(frozen=True)
class CanaryStopped(_Event):
    """The canary task has stopped; nothing of it is left."""

    task_arn: str


@dataclasses.dataclass(frozen=True)
class CleanUpFailed(_Event):
    """Something could not be cleaned up; `left` lists it, with how to remove each by hand."""

    why: str
    left: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SignalReceived(_Event):
    """A signal came: the first ends the work, the second (`again`) the clean-up too."""

    signal: str
    again: bool


@dataclasses.dataclass(frozen=True)
class CallRetried(_Event):
    """AWS didn't answer a call as it should, and cage asks again."""

    operation: str
    code: str
    wait_s: float


@dataclasses.dataclass(frozen=True)
class RolloutFinished(_Event):
    """The rollout ended: the last event of every run.

    Attributes:
        resume: The command that carries on or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of the canary tasks that are left behind; one is empty where a
            task may have started that nobody knows.
    """

    outcome: Outcome
    service_changed: bool
    took_s: float
    availability: Availability | None = None
    resume: str = ""
    canaries_left: tuple[str, ...] = ()


Event: TypeAlias = (
    RolloutStarted
    | StepStarted
    | Noticed
    | RollbackChosen
    | UnfinishedFound
    | LockTaken
    | LockReleased
    | ServiceFound
    | Verified
    | RevisionReady
    | CanaryFound
    | SweepFinished
    | CanarySwept
    | CanaryStarted
    | CanaryRepeated
    | WaitStarted
    | WaitProgressed
    | ApprovalAwaited
    | CheckPassed
    | CommandEnded
    | CheckFailed
    | Diagnosed
    | CanaryRegistered
    | ServiceCreated
    | ServiceUpdated
    | DeploymentProgressed
    | DeploymentProven
    | DeploymentLost
    | CanaryDeregistered
    | CanaryStopped
    | CleanUpFailed
    | SignalReceived
    | CallRetried
    | RolloutFinished
)

Sink: TypeAlias = Callable[[Event], None]


class Journal:
    """Stamps events and hands them to every sink.

    A sink that raises is reported once, by `logging`, and then left out: a report must
    never fail a rollout.

    Args:
        rollout_id: The id that every event carries.
        sinks: Who is told.
    """

    def __init__(self, rollout_id: str, sinks: tuple[Sink, ...] = ()) -> None:
        self.rollout_id = rollout_id
        self._sinks = list(sinks)

    def tell(self, event: Event) -> None:
        """Stamp the event with time and rollout id, and hand it on."""
        stamped = dataclasses.replace(event, at=clock.now(), rollout_id=self.rollout_id)
        for sink in tuple(self._sinks):
            try:
                sink(stamped)
            except Exception as error:
                self._sinks.remove(sink)
                log = logging.getLogger("cage")
                log.warning("A report failed and is left out from here on: %r", error)
                log.debug("the report's error", exc_info=True)
