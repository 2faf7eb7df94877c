"""What is told of the change of a service."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from cage.model.events.base import BaseEvent


@dataclasses.dataclass(frozen=True)
class ServiceCreated(BaseEvent):
    """The service was created."""

    service_arn: str
    deployment_id: str
    revision_arn: str


@dataclasses.dataclass(frozen=True)
class ServiceUpdated(BaseEvent):
    """The service was told to run another revision."""

    deployment_id: str
    revision_arn: str


@dataclasses.dataclass(frozen=True)
class DeploymentProgressed(BaseEvent):
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
class DeploymentProven(BaseEvent):
    """Our deployment is COMPLETED, PRIMARY and on our revision."""

    deployment_id: str
    revision_arn: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class DeploymentLost(BaseEvent):
    """Our deployment didn't succeed."""

    deployment_id: str
    reason: str
    message: str


DeploymentEvent: TypeAlias = (
    ServiceCreated | ServiceUpdated | DeploymentProgressed | DeploymentProven | DeploymentLost
)
