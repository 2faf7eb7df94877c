"""Events of canary tasks and their checks."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from cage.model.base import FOREIGN
from cage.model.events.base import BaseEvent
from cage.model.outcome import Diagnosis, Failed, Inconclusive


@dataclasses.dataclass(frozen=True)
class CanaryFound(BaseEvent):
    """A sweep found a canary task.

    Attributes:
        task_arn: The canary task.
        started_by_rollout: The rollout that started it.
        since: When it was created, UTC.
        alive: Whether its rollout might be running.
        alive_until: When its lease expires, UTC; in the past for a dead rollout.
        targets: Where it is registered, such as `10.0.0.4:8080 in target group web`.
    """

    task_arn: str
    started_by_rollout: str
    since: str
    alive: bool
    alive_until: str
    targets: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SweepFinished(BaseEvent):
    """A sweep ended.

    Attributes:
        found: How many canary tasks it found.
        alive: How many of them belong to rollouts that might be running.
        removed: How many it removed.
        left: How many dead ones it did not remove.
    """

    found: int
    alive: int
    removed: int
    left: int


@dataclasses.dataclass(frozen=True)
class CanarySwept(BaseEvent):
    """The canary task of a dead rollout was deregistered and stopped.

    Attributes:
        task_arn: The canary task.
        left_by: The dead rollout.
    """

    task_arn: str
    left_by: str


@dataclasses.dataclass(frozen=True)
class CanaryStarted(BaseEvent):
    """The canary task was started. It is not running yet.

    Attributes:
        task_arn: The canary task.
        placement: Where it was started, in words.
    """

    task_arn: str
    placement: str


@dataclasses.dataclass(frozen=True)
class CanaryRepeated(BaseEvent):
    """The canary task did not start or lost its host: the cause is often temporary.

    Attributes:
        cause: The cause, in one CamelCase word.
        wait_s: Seconds until another canary task is started.
    """

    cause: str
    wait_s: float


@dataclasses.dataclass(frozen=True)
class ApprovalAwaited(BaseEvent):
    """The rollout is waiting for approval.

    Attributes:
        until: The deadline, ISO 8601. After it, the rollout is aborted.
        ways: How to decide, one line each.
        canary_serves: Whether the canary is in its target groups while the rollout waits.
    """

    until: str
    ways: tuple[str, ...]
    canary_serves: bool = False


@dataclasses.dataclass(frozen=True)
class CheckPassed(BaseEvent):
    """A check of the canary task passed.

    Attributes:
        check: The name of the check.
        message: The result, in one line.
        took_s: Seconds that it took.
    """

    check: str
    message: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class ProgramEnded(BaseEvent):
    """A program of a `command` check ended.

    Attributes:
        command: The command line.
        exit_code: Its exit code; null if it took too long.
        output: The last lines of its output.
        took_s: Seconds that it took.
    """

    command: str
    exit_code: int | None
    output: tuple[str, ...] = dataclasses.field(metadata=FOREIGN)
    took_s: float


@dataclasses.dataclass(frozen=True)
class CheckFailed(BaseEvent):
    """A check of the canary task failed, or gave no answer.

    Attributes:
        check: The name of the check.
        reason: One CamelCase word for programs, such as `ImageNotFound`.
        message: The failure, in one line.
        remedy: The usual fix; empty if none is known.
        took_s: Seconds that it took.
        inconclusive: Whether it gave no answer by its deadline.
    """

    check: str
    reason: str
    message: str
    remedy: str
    took_s: float
    inconclusive: bool


def failure(check: str, verdict: Failed | Inconclusive, took_s: float) -> CheckFailed:
    """Return the event of a verdict that is not a pass."""
    return CheckFailed(
        check=check,
        reason=verdict.reason,
        message=verdict.message,
        remedy=verdict.remedy,
        took_s=took_s,
        inconclusive=isinstance(verdict, Inconclusive),
    )


@dataclasses.dataclass(frozen=True)
class Diagnosed(BaseEvent):
    """The cause of failed tasks was found.

    Attributes:
        diagnosis: The cause, the container, its log and the service's events.
    """

    diagnosis: Diagnosis


@dataclasses.dataclass(frozen=True)
class CanaryRegistered(BaseEvent):
    """The canary task was registered in a target group of the service.

    Attributes:
        target_group_arn: The target group.
        target: The target, such as `10.0.0.4:8080`.
    """

    target_group_arn: str
    target: str


@dataclasses.dataclass(frozen=True)
class CanaryDeregistered(BaseEvent):
    """The canary task was deregistered from a target group.

    Attributes:
        target_group_arn: The target group.
        target: The target, such as `10.0.0.4:8080`.
        drain_s: Seconds that it drains.
    """

    target_group_arn: str
    target: str
    drain_s: float


@dataclasses.dataclass(frozen=True)
class CanaryStopped(BaseEvent):
    """The canary task stopped, and everything is cleaned up.

    Attributes:
        task_arn: The canary task.
    """

    task_arn: str


@dataclasses.dataclass(frozen=True)
class CleanUpFailed(BaseEvent):
    """Something was not cleaned up.

    Attributes:
        why: The reason, in one line.
        left: The resources that were not cleaned up, with how to remove each manually.
    """

    why: str
    left: tuple[str, ...]


CanaryEvent: TypeAlias = (
    CanaryFound
    | SweepFinished
    | CanarySwept
    | CanaryStarted
    | CanaryRepeated
    | ApprovalAwaited
    | CheckPassed
    | ProgramEnded
    | CheckFailed
    | Diagnosed
    | CanaryRegistered
    | CanaryDeregistered
    | CanaryStopped
    | CleanUpFailed
)
