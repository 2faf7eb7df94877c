"""What is told of an operation as a whole."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from cage.model.events.base import BaseEvent, Step
from cage.model.outcome import Availability, Finding, Outcome


@dataclasses.dataclass(frozen=True)
class OperationStarted(BaseEvent):
    """An operation on a service began.

    Attributes:
        operation: Which: `rollout`, `resume`, `rollback` or `up`.
    """

    operation: str
    region: str
    cluster: str


@dataclasses.dataclass(frozen=True)
class StepStarted(BaseEvent):
    """A step began; `title` says in a few words what it is about."""

    step: Step
    title: str


@dataclasses.dataclass(frozen=True)
class Noticed(BaseEvent):
    """Something that the reader should know and that changes nothing: a warning."""

    message: str


@dataclasses.dataclass(frozen=True)
class UnfinishedFound(BaseEvent):
    """A rollout was found that ended half-way; `stand` as in `deployment.remains.Stand`."""

    left_by: str
    revision_arn: str
    stand: str
    task_arn: str


@dataclasses.dataclass(frozen=True)
class LockTaken(BaseEvent):
    """The service's lock is held by this rollout; `who` runs it."""

    name: str
    who: str


@dataclasses.dataclass(frozen=True)
class LockReleased(BaseEvent):
    """The service's lock is free again."""

    name: str


@dataclasses.dataclass(frozen=True)
class RollbackChosen(BaseEvent):
    """The revision that a service is put back to by hand, and why that one."""

    revision_arn: str
    present_revision_arn: str
    why: str


@dataclasses.dataclass(frozen=True)
class ServiceFound(BaseEvent):
    """The service was found fit to be rolled out."""

    revision_arn: str
    desired_count: int
    target_group_arns: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Verified(BaseEvent):
    """What could be known before the start was verified."""

    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True)
class RevisionReady(BaseEvent):
    """The revision to roll out; `registered` is False if it was there before."""

    revision_arn: str
    registered: bool


@dataclasses.dataclass(frozen=True)
class WaitStarted(BaseEvent):
    """A wait began: for what, and how long it may take at most.

    Attributes:
        check: The check that waits, or `bake` or `bake-after`; empty for other waits.
    """

    what: str
    timeout_s: float
    check: str = ""


@dataclasses.dataclass(frozen=True)
class WaitProgressed(BaseEvent):
    """Something changed in the thing that is waited for."""

    message: str


@dataclasses.dataclass(frozen=True)
class SignalReceived(BaseEvent):
    """A signal came: the first ends the work, the second (`again`) the clean-up too."""

    signal: str
    again: bool


@dataclasses.dataclass(frozen=True)
class CallRetried(BaseEvent):
    """AWS didn't answer a call as it should, and cage asks again."""

    operation: str
    code: str
    wait_s: float


@dataclasses.dataclass(frozen=True)
class OperationFinished(BaseEvent):
    """The operation ended: the last event that it tells.

    Attributes:
        service_changed: Whether the service runs, or may run, something other than before: one
            that was put back doesn't.
        resume: The command that carries on or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of the canary tasks that are left behind; one is empty where a
            task may have started that nobody knows.
        operation: As in `OperationStarted`.
    """

    outcome: Outcome
    service_changed: bool
    took_s: float
    availability: Availability | None = None
    resume: str = ""
    canaries_left: tuple[str, ...] = ()
    operation: str = "rollout"


@dataclasses.dataclass(frozen=True)
class Ended(BaseEvent):
    """The command ended, whatever ended it: the last event of every stream.

    The command line tells it, not a journal.

    Attributes:
        command: Such as `rollout`; empty if the arguments name none.
        kind: How it ended: an outcome such as `rolled-back`, an error such as `usage-error`,
            or `completed`.
    """

    command: str
    kind: str
    exit_code: int
    what: str
    why: str
    next_step: str


StoryEvent: TypeAlias = (
    OperationStarted
    | StepStarted
    | Noticed
    | UnfinishedFound
    | LockTaken
    | LockReleased
    | RollbackChosen
    | ServiceFound
    | Verified
    | RevisionReady
    | WaitStarted
    | WaitProgressed
    | SignalReceived
    | CallRetried
    | OperationFinished
    | Ended
)
