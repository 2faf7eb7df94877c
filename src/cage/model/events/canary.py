"""What is told of canary tasks and of what is asked of them."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from cage.model.base import FOREIGN
from cage.model.events.base import BaseEvent
from cage.model.outcome import Diagnosis, Failed, Inconclusive


@dataclasses.dataclass(frozen=True)
class CanaryFound(BaseEvent):
    """A canary task was found; `alive` unless its rollout is known to be dead."""

    task_arn: str
    started_by_rollout: str
    since: str
    alive: bool
    alive_until: str
    targets: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SweepFinished(BaseEvent):
    """A sweep ended: how many canaries were found, are alive, were removed, are left."""

    found: int
    alive: int
    removed: int
    left: int


@dataclasses.dataclass(frozen=True)
class CanarySwept(BaseEvent):
    """A canary task that a dead rollout had left was deregistered and stopped."""

    task_arn: str
    left_by: str


@dataclasses.dataclass(frozen=True)
class CanaryStarted(BaseEvent):
    """The canary task was started; it doesn't run yet."""

    task_arn: str
    placement: str


@dataclasses.dataclass(frozen=True)
class CanaryRepeated(BaseEvent):
    """The canary didn't start for a cause that may heal: another one starts after `wait_s`."""

    cause: str
    wait_s: float


@dataclasses.dataclass(frozen=True)
class ApprovalAwaited(BaseEvent):
    """Somebody is to decide until then (ISO 8601); `ways` says how, one line each."""

    until: str
    ways: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class CheckPassed(BaseEvent):
    """A check of the canary task holds."""

    check: str
    message: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class ProgramEnded(BaseEvent):
    """A program of the user's ended; `exit_code` is None if it took too long."""

    command: str
    exit_code: int | None
    output: tuple[str, ...] = dataclasses.field(metadata=FOREIGN)
    took_s: float


@dataclasses.dataclass(frozen=True)
class CheckFailed(BaseEvent):
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
class Diagnosed(BaseEvent):
    """Why the canary, or the service's own new tasks, failed."""

    diagnosis: Diagnosis


@dataclasses.dataclass(frozen=True)
class CanaryRegistered(BaseEvent):
    """The canary task was registered in one of the service's target groups."""

    target_group_arn: str
    target: str


@dataclasses.dataclass(frozen=True)
class CanaryDeregistered(BaseEvent):
    """The canary task was taken out of a target group; it drains now."""

    target_group_arn: str
    target: str
    drain_s: float


@dataclasses.dataclass(frozen=True)
class CanaryStopped(BaseEvent):
    """The canary task has stopped; nothing of it is left."""

    task_arn: str


@dataclasses.dataclass(frozen=True)
class CleanUpFailed(BaseEvent):
    """Something could not be cleaned up; `left` lists it, with how to remove each by hand."""

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
