"""Events of an operation as a whole."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from cage.model.events.base import BaseEvent, Step
from cage.model.outcome import Availability, Finding, Outcome


@dataclasses.dataclass(frozen=True)
class OperationStarted(BaseEvent):
    """An operation on a service started.

    Attributes:
        operation: Which one: `rollout`, `resume`, `rollback` or `up`.
        region: The AWS Region.
        cluster: The cluster.
    """

    operation: str
    region: str
    cluster: str


@dataclasses.dataclass(frozen=True)
class StepStarted(BaseEvent):
    """A step of the operation started.

    Attributes:
        step: Which step.
        title: The purpose of the step, in a few words.
    """

    step: Step
    title: str


@dataclasses.dataclass(frozen=True)
class Noticed(BaseEvent):
    """A warning, which changes nothing.

    Attributes:
        message: The warning, in one line.
    """

    message: str


@dataclasses.dataclass(frozen=True)
class UnfinishedFound(BaseEvent):
    """A rollout that did not finish was found.

    Attributes:
        left_by: That rollout.
        revision_arn: The revision that it rolled out.
        stand: Its effect on the service: `unchanged`, `ours`, `put-back` or `other`.
        task_arn: Its canary task.
    """

    left_by: str
    revision_arn: str
    stand: str
    task_arn: str


@dataclasses.dataclass(frozen=True)
class LockTaken(BaseEvent):
    """The operation acquired the lock of the service.

    Attributes:
        name: The name of the lock.
        who: Who holds it.
    """

    name: str
    who: str


@dataclasses.dataclass(frozen=True)
class LockReleased(BaseEvent):
    """The operation released the lock of the service.

    Attributes:
        name: The name of the lock.
    """

    name: str


@dataclasses.dataclass(frozen=True)
class RollbackChosen(BaseEvent):
    """The revision to roll back to was chosen.

    Attributes:
        revision_arn: That revision.
        present_revision_arn: The revision that the service is running.
        why: Why that revision, in words.
    """

    revision_arn: str
    present_revision_arn: str
    why: str


@dataclasses.dataclass(frozen=True)
class ServiceFound(BaseEvent):
    """The service was found and can be rolled out.

    Attributes:
        revision_arn: The revision that it is running.
        desired_count: Tasks that it should have.
        target_group_arns: Its target groups.
    """

    revision_arn: str
    desired_count: int
    target_group_arns: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Verified(BaseEvent):
    """The preflight checks ended.

    Attributes:
        findings: The findings of the checks.
    """

    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True)
class RevisionReady(BaseEvent):
    """The revision to roll out is registered.

    Attributes:
        revision_arn: The revision.
        registered: Whether this operation registered it.
    """

    revision_arn: str
    registered: bool


@dataclasses.dataclass(frozen=True)
class WaitStarted(BaseEvent):
    """A wait started.

    Attributes:
        what: A description of the wait.
        timeout_s: How long it waits at most, in seconds.
        check: The check that waits, or `bake` or `bake-after`; empty for other waits.
    """

    what: str
    timeout_s: float
    check: str = ""


@dataclasses.dataclass(frozen=True)
class WaitProgressed(BaseEvent):
    """Something that cage is waiting for changed.

    Attributes:
        message: The change, in one line.
    """

    message: str


@dataclasses.dataclass(frozen=True)
class SignalReceived(BaseEvent):
    """A signal arrived. The first one ends the work, each further one shortens the cleanup.

    Attributes:
        signal: The name of the signal, such as `SIGINT`.
        again: Whether it is not the first one.
        service_changed: Whether the service has been changed by then, or might have been.
    """

    signal: str
    again: bool
    service_changed: bool = False


@dataclasses.dataclass(frozen=True)
class CallRetried(BaseEvent):
    """A call to AWS got no answer, and cage retries it.

    Attributes:
        operation: The API operation, such as `DescribeTasks`.
        code: The error code, or the name of the exception.
        wait_s: Seconds until the retry.
    """

    operation: str
    code: str
    wait_s: float


@dataclasses.dataclass(frozen=True)
class OperationFinished(BaseEvent):
    """The operation ended. This is the last event of an operation.

    Attributes:
        outcome: How it ended.
        service_changed: Whether the service is running, or might be running, something
            new. False after a rollback.
        took_s: Seconds that it took.
        availability: How many targets were healthy throughout; null if cage did not poll them.
        resume: The command that continues or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of canary tasks that were not cleaned up. One is empty if a task
            might have been started that cage does not know.
        operation: Same as in `operation-started`.
        no_canary: Whether it was to change the service without checking a canary task first.
    """

    outcome: Outcome
    service_changed: bool
    took_s: float
    availability: Availability | None = None
    resume: str = ""
    canaries_left: tuple[str, ...] = ()
    operation: str = "rollout"
    no_canary: bool = False


@dataclasses.dataclass(frozen=True)
class Ended(BaseEvent):
    """The command ended, whatever ended it. This is the last line of every stream.

    The command line adds it; the library does not.

    Attributes:
        command: The command, such as `rollout`; empty if the arguments don't specify one.
        kind: How it ended: an outcome such as `rolled-back`, an error such as `usage-error`,
            or `completed`.
        exit_code: The exit code of the process.
        what: The result, in one line.
        why: The reason, in one line; might be empty.
        next_step: The next step, in one line; might be empty.
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
