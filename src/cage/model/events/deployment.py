"""Events of a service's deployments."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from cage.model.events.base import BaseEvent


@dataclasses.dataclass(frozen=True)
class ServiceCreated(BaseEvent):
    """The service was created.

    Attributes:
        service_arn: The service.
        deployment_id: Its first deployment.
        revision_arn: The revision that it runs.
    """

    service_arn: str
    deployment_id: str
    revision_arn: str


@dataclasses.dataclass(frozen=True)
class ServiceUpdated(BaseEvent):
    """The service was updated to another revision.

    Attributes:
        deployment_id: The deployment that the update started.
        revision_arn: The revision.
    """

    deployment_id: str
    revision_arn: str


@dataclasses.dataclass(frozen=True)
class DeploymentProgressed(BaseEvent):
    """The counts or the state of a deployment changed.

    Attributes:
        deployment_id: The deployment.
        rollout_state: Its state as ECS reports it, such as `IN_PROGRESS`.
        desired_count: Tasks that it should have.
        running_count: Tasks that are running.
        pending_count: Tasks that are starting.
        failed_tasks: Tasks that failed in a row, as ECS counts them.
        stage: The life-cycle stage if traffic is shifted, such as `BAKE_TIME`.
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
class HookStarted(BaseEvent):
    """A deployment waits for a lifecycle hook; that time counts for no time limit.

    Attributes:
        deployment_id: The deployment.
        hook_id: The hook's ID.
        hook_type: `PAUSE` or `AWS_LAMBDA`.
        stage: The life-cycle stage, such as `POST_TEST_TRAFFIC_SHIFT`.
        target_arn: The function; empty for a pause.
        since: When it began, UTC; empty if ECS doesn't show it.
        expires_at: When ECS stops waiting, UTC; empty if ECS doesn't report it.
        timeout_action: What ECS does then: `CONTINUE` or `ROLLBACK`.
        ways: How to decide, one line each; empty if no one can.
    """

    deployment_id: str
    hook_id: str
    hook_type: str
    stage: str
    target_arn: str
    since: str
    expires_at: str
    timeout_action: str
    ways: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class HookEnded(BaseEvent):
    """A deployment no longer waits for a lifecycle hook.

    Attributes:
        deployment_id: The deployment.
        hook_id: The hook's ID.
        hook_type: `PAUSE` or `AWS_LAMBDA`.
        stage: The life-cycle stage in which it ran.
        status: Its status as ECS reports it, such as `SUCCEEDED`; empty if ECS no longer does.
        took_s: Seconds for which cage saw it wait.
    """

    deployment_id: str
    hook_id: str
    hook_type: str
    stage: str
    status: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class DeploymentProven(BaseEvent):
    """Our deployment is completed, primary, and on our revision.

    Attributes:
        deployment_id: The deployment.
        revision_arn: The revision.
        took_s: Seconds that it took.
    """

    deployment_id: str
    revision_arn: str
    took_s: float


@dataclasses.dataclass(frozen=True)
class DeploymentLost(BaseEvent):
    """Our deployment did not complete.

    Attributes:
        deployment_id: The deployment.
        reason: Why, in one word for programs.
        message: Why, in one line.
    """

    deployment_id: str
    reason: str
    message: str


DeploymentEvent: TypeAlias = (
    ServiceCreated
    | ServiceUpdated
    | DeploymentProgressed
    | HookStarted
    | HookEnded
    | DeploymentProven
    | DeploymentLost
)
