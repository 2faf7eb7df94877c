"""Everything that cage reports: one closed union of frozen dataclasses.

Reports are folds over these events. A field's name is part of the JSON schema: adding a field is
compatible, renaming or removing one raises `SCHEMA`.
"""

from __future__ import annotations

from typing import TypeAlias

from cage.model.events.base import SCHEMA, Step
from cage.model.events.canary import (
    ApprovalAwaited,
    CanaryDeregistered,
    CanaryEvent,
    CanaryFound,
    CanaryRegistered,
    CanaryRepeated,
    CanaryStarted,
    CanaryStopped,
    CanarySwept,
    CheckFailed,
    CheckPassed,
    CleanUpFailed,
    Diagnosed,
    ProgramEnded,
    SweepFinished,
    failure,
)
from cage.model.events.deployment import (
    DeploymentEvent,
    DeploymentLost,
    DeploymentProgressed,
    DeploymentProven,
    HookEnded,
    HookStarted,
    ServiceCreated,
    ServiceUpdated,
)
from cage.model.events.story import (
    CallRetried,
    Ended,
    LockReleased,
    LockTaken,
    Noticed,
    OperationFinished,
    OperationStarted,
    RevisionReady,
    RollbackChosen,
    ServiceFound,
    SignalReceived,
    StepStarted,
    StoryEvent,
    UnfinishedFound,
    Verified,
    WaitProgressed,
    WaitStarted,
)

Event: TypeAlias = StoryEvent | CanaryEvent | DeploymentEvent
"""The closed union of all events."""

__all__ = [
    "SCHEMA",
    "ApprovalAwaited",
    "CallRetried",
    "CanaryDeregistered",
    "CanaryEvent",
    "CanaryFound",
    "CanaryRegistered",
    "CanaryRepeated",
    "CanaryStarted",
    "CanaryStopped",
    "CanarySwept",
    "CheckFailed",
    "CheckPassed",
    "CleanUpFailed",
    "DeploymentEvent",
    "DeploymentLost",
    "DeploymentProgressed",
    "DeploymentProven",
    "Diagnosed",
    "Ended",
    "Event",
    "HookEnded",
    "HookStarted",
    "LockReleased",
    "LockTaken",
    "Noticed",
    "OperationFinished",
    "OperationStarted",
    "ProgramEnded",
    "RevisionReady",
    "RollbackChosen",
    "ServiceCreated",
    "ServiceFound",
    "ServiceUpdated",
    "SignalReceived",
    "Step",
    "StepStarted",
    "StoryEvent",
    "SweepFinished",
    "UnfinishedFound",
    "Verified",
    "WaitProgressed",
    "WaitStarted",
    "failure",
]
