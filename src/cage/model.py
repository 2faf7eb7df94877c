"""What cage knows of AWS's things, as frozen dataclasses.

Names follow AWS's own. Shapes that cage only passes on (a network configuration, say)
stay as the mapping that AWS gave; cage never writes into one.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

Shape: TypeAlias = Mapping[str, Any]
"""A structure of the AWS API, passed on as it is, keys as in the API."""


class NetworkMode(enum.StrEnum):
    """How a task's containers meet the network; `bridge` unless the definition says other."""

    AWSVPC = "awsvpc"
    BRIDGE = "bridge"
    HOST = "host"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True)
class PortMapping:
    """A container's port and the host port it asks for; 0 asks for any."""

    container_port: int
    host_port: int
    protocol: str = "tcp"


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerDefinition:
    """A container as a revision defines it.

    Attributes:
        health_check_s: Seconds until the container's own health check may first say
            HEALTHY (start period and one interval); None without a health check.
    """

    name: str
    image: str
    essential: bool
    ports: tuple[PortMapping, ...]
    health_check_s: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Revision:
    """One registered revision of a task definition.

    Attributes:
        family: The family's name.
        number: The revision's number; `family:number` is its short name.
        status: ACTIVE or INACTIVE.
        launch_volumes: Names of the volumes that are configured at launch.
        raw: The whole task definition, as describe-task-definition gives it, and its `tags`
            if they were asked for.
    """

    arn: str
    family: str
    number: int
    network_mode: NetworkMode
    containers: tuple[ContainerDefinition, ...]
    status: str
    launch_volumes: tuple[str, ...]
    raw: Shape = dataclasses.field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The short name, `family:number`."""
        return f"{self.family}:{self.number}"


SHIFTING = frozenset({"BLUE_GREEN", "LINEAR", "CANARY"})
"""Deployment strategies that move traffic (ECS API reference, DeploymentConfiguration)."""


@dataclasses.dataclass(frozen=True, slots=True)
class LoadBalancer:
    """One entry of a service's load balancers: a target group and the port behind it."""

    target_group_arn: str
    container_name: str
    container_port: int
    alternate_target_group_arn: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """Return the target groups between which deployments may move, by ARN."""
        both = (self.target_group_arn, self.alternate_target_group_arn)
        return tuple(arn for arn in both if arn)


def load_balancers(shapes: Sequence[Shape]) -> tuple[LoadBalancer, ...]:
    """Read a service's `loadBalancers`; Classic Load Balancers have no target group."""
    return tuple(
        LoadBalancer(
            target_group_arn=shape["targetGroupArn"],
            container_name=shape.get("containerName") or "",
            container_port=int(shape.get("containerPort") or 0),
            alternate_target_group_arn=(shape.get("advancedConfiguration") or {}).get(
                "alternateTargetGroupArn", ""
            ),
        )
        for shape in shapes
        if shape.get("targetGroupArn")
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Deployment:
    """ECS's own record of one change of a service.

    Attributes:
        status: PRIMARY, ACTIVE or INACTIVE.
        rollout_state: IN_PROGRESS, COMPLETED or FAILED; None where ECS gives none.
        failed_tasks: Tasks that failed in a row.
        created_at: When it began; None where ECS doesn't say.
    """

    id: str
    status: str
    revision_arn: str
    desired_count: int
    running_count: int
    pending_count: int
    failed_tasks: int
    rollout_state: str | None
    rollout_reason: str
    created_at: datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceEvent:
    """One line of a service's event log."""

    id: str
    at: datetime
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """A service as describe-services gives it.

    Attributes:
        status: ACTIVE, DRAINING or INACTIVE.
        controller: ECS, CODE_DEPLOY or EXTERNAL.
        strategy: ROLLING, BLUE_GREEN, LINEAR or CANARY.
        scheduling: REPLICA or DAEMON.
        launch_type: FARGATE, EC2 or EXTERNAL; None when capacity providers place tasks.
        revision_arn: The revision that the service's PRIMARY deployment runs.
        raw: The whole service, as describe-services gives it.
    """

    arn: str
    name: str
    cluster_arn: str
    status: str
    controller: str
    strategy: str
    scheduling: str
    launch_type: str | None
    capacity_provider_strategy: tuple[Shape, ...]
    platform_version: str | None
    revision_arn: str
    desired_count: int
    running_count: int
    load_balancers: tuple[LoadBalancer, ...]
    deployments: tuple[Deployment, ...]
    events: tuple[ServiceEvent, ...]
    raw: Shape = dataclasses.field(repr=False, compare=False)

    @property
    def primary(self) -> Deployment | None:
        """The deployment that ECS is working towards or has reached; None if it lists none."""
        return next((d for d in self.deployments if d.status == "PRIMARY"), None)

    def deployment(self, deployment_id: str) -> Deployment | None:
        """Return the deployment of that id, or None if ECS doesn't list it."""
        return next((d for d in self.deployments if d.id == deployment_id), None)

    @property
    def shifts_traffic(self) -> bool:
        """Whether ECS deploys it by moving traffic to a second set of tasks."""
        return self.strategy in SHIFTING

    @property
    def can_be_tagged(self) -> bool:
        """Whether the service's tasks take tags: only those with the long ARN format do.

        Source: ECS developer guide, "Amazon Resource Names (ARNs) and IDs".
        """
        return self.arn.partition(":service/")[2].count("/") == 1


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceDeployment:
    """ECS's record of a deployment with its stages.

    Attributes:
        status: PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, …
        stage: The life-cycle stage, as BAKE_TIME; empty where ECS shows none.
        traffic_percent: The share of production traffic on the new tasks; None where
            ECS moves none.
        target_revision_arn: The service revision that it brings.
        rollback_revision_arn: The service revision that it goes back to; empty if none.
    """

    arn: str
    status: str
    reason: str
    stage: str
    traffic_percent: float | None
    target_revision_arn: str
    rollback_revision_arn: str
    desired_count: int
    running_count: int
    pending_count: int
    failed_tasks: int


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceRevision:
    """What a service ran, or runs, of which task definition, and behind what.

    Attributes:
        revision_arn: The task definition's revision.
        target_group_arns: The target groups that its production traffic comes by, if shown.
        raw: The whole service revision, as describe-service-revisions gives it.
    """

    arn: str
    revision_arn: str
    target_group_arns: tuple[str, ...]
    raw: Shape = dataclasses.field(default_factory=dict, repr=False, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class PastDeployment:
    """A line of a service's history: one of its service deployments.

    Attributes:
        status: As of a `ServiceDeployment`.
        revision_arn: The task definition's revision that it brings.
        service_revision_arn: The service revision that it brings.
    """

    arn: str
    status: str
    revision_arn: str
    service_revision_arn: str
    created_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkBinding:
    """Where ECS bound a container port on the host."""

    container_port: int
    host_port: int
    protocol: str = "tcp"


@dataclasses.dataclass(frozen=True, slots=True)
class Container:
    """A container of a task as it is now; a container that never started has no exit code."""

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
        tags: Empty where none were asked for.
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

    @property
    def id(self) -> str:
        """The task's id, the last part of its ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def stopping(self) -> bool:
        """Whether the task is on its way to STOPPED, or there."""
        return self.desired_status == "STOPPED" or self.last_status in {
            "DEACTIVATING",
            "STOPPING",
            "DEPROVISIONING",
            "STOPPED",
        }

    def container(self, name: str) -> Container | None:
        """Return the container of that name, or None."""
        return next((c for c in self.containers if c.name == name), None)


@dataclasses.dataclass(frozen=True, slots=True)
class ParameterVersion:
    """One version of a parameter of SSM Parameter Store.

    Attributes:
        version: Its number; the first is 1.
        at: When it was written, by Parameter Store's own clock.
    """

    version: int
    value: str
    at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerInstance:
    """An EC2 instance that runs tasks of a cluster."""

    arn: str
    ec2_instance_id: str
    status: str = "ACTIVE"


@dataclasses.dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group, with what decides how long its answers take.

    Attributes:
        target_type: ip or instance (lambda and alb take no ECS task).
        address_family: ipv4 or ipv6.
        deregistration_delay_s: 0 to 3600 seconds; ELB's default is 300.
        in_use: Whether a load balancer forwards to the group.
        health_check_port: The one port that every target is asked at; None: at its own.
    """

    arn: str
    name: str
    target_type: str
    port: int
    address_family: str
    health_check_interval_s: float
    healthy_threshold: int
    unhealthy_threshold: int
    deregistration_delay_s: float
    in_use: bool
    health_check_port: int | None = None
    protocol: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Alarm:
    """A CloudWatch alarm; `state` is OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """An address in a target group: an IP address or an EC2 instance id, and a port."""

    id: str
    port: int

    def __str__(self) -> str:
        return f"[{self.id}]:{self.port}" if ":" in self.id else f"{self.id}:{self.port}"


@dataclasses.dataclass(frozen=True, slots=True)
class TargetHealth:
    """What a target group says of a target; `state` is empty for a target it doesn't list."""

    target: Target
    state: str
    reason: str = ""
    description: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Registration:
    """A target in a target group."""

    target_group: TargetGroup
    target: Target

    def __str__(self) -> str:
        return f"{self.target} in target group {self.target_group.name}"


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
        token: At most 64 characters, of one rollout only: a call that is repeated with it
            starts no second task.
        network: networkConfiguration; None unless the revision's network mode is awsvpc.
        constraints: placementConstraints; only where ECS places the task.
        tags: Empty where the account's ARN format takes none.
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
    """Why ECS didn't start a task; any part may be empty, as AWS leaves them null."""

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


@dataclasses.dataclass(frozen=True, slots=True)
class Role:
    """A role of IAM, with its trust policy; its ARN holds its path."""

    arn: str
    trust: Shape


@dataclasses.dataclass(frozen=True, slots=True)
class VcpuQuota:
    """How many vCPUs an account may use at once.

    Attributes:
        used: How many were in use some minutes ago; None if nobody says.
    """

    limit: float
    used: float | None
