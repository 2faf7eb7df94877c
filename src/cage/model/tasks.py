"""Tasks and the requests that start them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from cage.model.base import Shape


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkBinding:
    """Where ECS bound a container port on the host."""

    container_port: int
    host_port: int


@dataclasses.dataclass(frozen=True, slots=True)
class Container:
    """A container of a task as it is now. A container that never started has no exit code."""

    name: str
    last_status: str
    health: str
    exit_code: int | None
    reason: str
    bindings: tuple[NetworkBinding, ...]
    ipv4: str | None
    ipv6: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """A task as it is now.

    Attributes:
        last_status: PROVISIONING, PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING,
            DEPROVISIONING or STOPPED.
        desired_status: RUNNING or STOPPED.
        tags: Empty if they were not requested.
        capacity_provider: The one that places it; empty if a launch type does.
        started_at: When it was first RUNNING, on ECS's clock; None: it wasn't yet.
    """

    arn: str
    revision_arn: str
    last_status: str
    desired_status: str
    group: str
    started_by: str
    containers: tuple[Container, ...]
    container_instance_arn: str | None
    ipv4: str | None
    stop_code: str
    stopped_reason: str
    created_at: datetime | None
    tags: Mapping[str, str]
    capacity_provider: str = ""
    started_at: datetime | None = None

    @property
    def id(self) -> str:
        """The id of the task, the last part of its ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def stopping(self) -> bool:
        """Whether the task is stopping or STOPPED."""
        return self.desired_status == "STOPPED" or self.last_status in {
            "DEACTIVATING",
            "STOPPING",
            "DEPROVISIONING",
            "STOPPED",
        }

    @property
    def awaits_instance(self) -> bool:
        """Whether it waits until its capacity provider has an instance for it.

        Source: ECS developer guide, "Amazon ECS managed scaling behavior": a task without a
        place is PROVISIONING while ECS adds instances.
        """
        on_instances = self.capacity_provider not in {"", "FARGATE", "FARGATE_SPOT"}
        waits = self.last_status == "PROVISIONING" and not self.stopping
        return on_instances and waits and self.container_instance_arn is None

    @property
    def took_s(self) -> float | None:
        """How long it took from its creation until it was RUNNING, in seconds; None: not yet.

        Source: ECS API reference, Task, createdAt and startedAt; both are on ECS's clock.
        """
        if self.created_at is None or self.started_at is None:
            return None
        return (self.started_at - self.created_at).total_seconds()

    def container(self, name: str) -> Container | None:
        """Return the container with that name, or None."""
        return next((c for c in self.containers if c.name == name), None)


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerInstance:
    """An EC2 instance on which tasks of a cluster are running."""

    arn: str
    ec2_instance_id: str


@dataclasses.dataclass(frozen=True, slots=True)
class OnLaunchType:
    """ECS places the task on a launch type, FARGATE or EC2."""

    launch_type: str
    platform_version: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class OnCapacityProviders:
    """ECS places the task by a capacity provider strategy."""

    strategy: tuple[Shape, ...]
    platform_version: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class OnInstance:
    """The task starts on this container instance."""

    container_instance_arn: str


Placement: TypeAlias = OnLaunchType | OnCapacityProviders | OnInstance


@dataclasses.dataclass(frozen=True, slots=True)
class TaskRequest:
    """Everything that decides how a standalone task starts.

    Attributes:
        token: At most 64 characters, unique to one rollout. Repeating a call with the same
            token does not start a second task.
        network: networkConfiguration; None unless the revision's network mode is awsvpc.
        constraints: placementConstraints; only if ECS places the task.
        tags: Empty if the account's ARN format doesn't support tags.
    """

    cluster: str
    revision_arn: str
    placement: Placement
    group: str
    started_by: str
    token: str
    network: Shape | None = None
    constraints: tuple[Shape, ...] = ()
    placement_strategy: tuple[Shape, ...] = ()
    volumes: tuple[Shape, ...] = ()
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    propagate_tags: str | None = None
    enable_managed_tags: bool = False
    enable_execute_command: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class StartFailure:
    """Why ECS didn't start a task. Any part can be empty, because AWS leaves some null."""

    reason: str
    detail: str
    arn: str

    def __str__(self) -> str:
        words = [self.reason or "no reason given"]
        if self.detail:
            words.append(f"({self.detail})")
        if self.arn:
            words.append(f"on {self.arn}")
        return " ".join(words)
