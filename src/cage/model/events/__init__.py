"""Everything that a rollout can tell: one closed union of frozen dataclasses.

Reports are folds over these events. JSON lines are their canonical form, so a field's
name is part of the schema: adding one is fine, renaming or removing one raises `SCHEMA`.
"""

from __future__ import annotations

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
    CommandEnded,
    Diagnosed,
    SweepFinished,
    failure,
)
from cage.model.events.deployment import (
    DeploymentEvent,
    DeploymentLost,
    DeploymentProgressed,
    DeploymentProven,
    ServiceCreated,
    ServiceUpdated,
)
from cage.model.events.story import (
    CallRetried,
    LockReleased,
    LockTaken,
    Noticed,
    RevisionReady,
    RollbackChosen,
    RolloutFinished,
    RolloutStarted,
    ServiceFound,
    SignalReceived,
    StepStarted,
    StoryEvent,
    UnfinishedFound,
    Verified,
    WaitProgressed,
    WaitStarted,
)
from cage.model.events.union import Event

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
    "CommandEnded",
    "DeploymentEvent",
    "DeploymentLost",
    "DeploymentProgressed",
    "DeploymentProven",
    "Diagnosed",
    "Event",
    "LockReleased",
    "LockTaken",
    "Noticed",
    "RevisionReady",
    "RollbackChosen",
    "RolloutFinished",
    "RolloutStarted",
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
