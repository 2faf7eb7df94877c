"""What cage needs from AWS, in model types.

`cage.aws` implements these Protocols over botocore. Whoever implements them translates
foreign errors into `cage.errors.AwsError` and its kinds, and makes each call once: a call
that changes something is either known to have failed or its answer is returned.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from cage.model import (
    Alarm,
    ContainerInstance,
    ParameterVersion,
    PastDeployment,
    Revision,
    Role,
    Service,
    ServiceDeployment,
    ServiceRevision,
    Shape,
    StartFailure,
    Target,
    TargetGroup,
    TargetHealth,
    Task,
    TaskRequest,
    VcpuQuota,
)
from cage.telemetry import LogPage, LogStream, MetricQuery, Series


class Ecs(Protocol):
    """The part of Amazon ECS that cage uses."""

    async def find_service(
        self, cluster: str, service: str, *, tags: bool = False
    ) -> Service | None:
        """Return the service, with its tags if asked for, or None if ECS calls it MISSING.

        Raises:
            NotFoundError: The cluster isn't there.
        """

    async def create_service(self, definition: Shape) -> Service:
        """Create a service from create-service's input."""

    async def update_service(
        self, changes: Shape, before_repeat: Callable[[], Awaitable[Service | None]] | None = None
    ) -> Service:
        """Change a service by update-service's input and return what ECS answers.

        Args:
            before_repeat: Asked before an attempt is repeated. If it gives a service, that is
                the answer; what it raises ends the attempts.
        """

    async def find_service_deployment(self, arn: str) -> ServiceDeployment | None:
        """Return a service deployment by ARN; None if ECS calls it MISSING."""

    async def stop_service_deployment(self, arn: str) -> None:
        """Have ECS roll a service deployment back; one that has ended is no error."""

    async def find_service_revision(self, arn: str) -> ServiceRevision | None:
        """Return a service revision by ARN; None if ECS calls it MISSING."""

    async def register_revision(self, definition: Shape) -> Revision:
        """Register a revision from register-task-definition's input."""

    async def describe_revision(self, name: str, *, tags: bool = False) -> Revision:
        """Return a revision by ARN or `family:number`, with its tags if asked for.

        Raises:
            NotFoundError: There is no such revision.
        """

    def past_deployments(self, cluster: str, service: str) -> AsyncIterator[PastDeployment]:
        """Yield a service's deployments, the newest first; further pages are read as needed.

        ECS keeps 90 days of them (ECS API reference, ListServiceDeployments).
        """

    async def list_revisions(self, family: str) -> list[str]:
        """Return the ARNs of a family's ACTIVE revisions, the newest first."""

    async def start_task(self, request: TaskRequest) -> Task | StartFailure:
        """Start one task, or say why ECS didn't. Never starts two, even if an answer is lost."""

    async def describe_tasks(self, cluster: str, arns: Sequence[str]) -> dict[str, Task]:
        """Return the tasks that ECS knows, by ARN; one that it calls MISSING is left out."""

    async def list_tasks(
        self,
        cluster: str,
        *,
        family: str | None = None,
        started_by: str | None = None,
        service: str | None = None,
        stopped: bool = False,
    ) -> list[str]:
        """Return the ARNs of all tasks of a family, a starter or a service.

        Those that aren't stopping; or (`stopped`) those that are, or did so lately.
        """

    async def stop_task(self, cluster: str, arn: str, reason: str) -> None:
        """Stop a task; one that is gone already is no error."""

    async def tag_task(self, arn: str, key: str, value: str) -> None:
        """Set one tag of a task."""

    async def find_container_instance(self, cluster: str, name: str) -> ContainerInstance | None:
        """Return a container instance by EC2 instance id, container instance id or ARN."""


class Logs(Protocol):
    """The part of CloudWatch Logs that cage uses."""

    async def tail(self, stream: LogStream, lines: int) -> tuple[str, ...]:
        """Return the last lines of a log stream, in the order of time.

        Raises:
            NotFoundError: There is no such group or stream.
        """

    async def page(self, stream: LogStream, token: str | None) -> LogPage:
        """Return some lines of a log stream from a page's token on; from its head without one.

        Raises:
            NotFoundError: There is no such group or stream.
        """


class Prerequisites(Protocol):
    """What is asked of other AWS services before the start. No secret's value is read.

    Each method raises NotFoundError where it says that something must be there.
    """

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        """Return the architectures of an ECR image that is there; empty if it tells none."""

    async def find_parameter(self, name: str, region: str) -> None:
        """Require an SSM parameter."""

    async def find_secret(self, arn: str, region: str) -> None:
        """Require a secret of Secrets Manager."""

    async def has_log_group(self, name: str, region: str) -> bool:
        """Tell whether a log group is there."""

    async def find_role(self, role: str) -> Role:
        """Return a role that is there, by its ARN or name; it may be at another path."""

    async def free_addresses(self, subnets: Sequence[str]) -> dict[str, int]:
        """Return the free addresses of subnets that are there, by id."""

    async def caller(self) -> str:
        """Return who cage is to AWS, as an ARN."""

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        """Return the account's quota of vCPUs on Fargate, or on Fargate Spot."""

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        """Return what IAM's simulation says of each action for the caller.

        `allowed`, `explicitDeny` or `implicitDeny`; None if it can't judge this caller.
        """


class TargetGroups(Protocol):
    """The part of Elastic Load Balancing that cage uses."""

    async def describe(self, arns: Sequence[str]) -> dict[str, TargetGroup]:
        """Return the target groups by ARN, in the order asked.

        Raises:
            NotFoundError: One of them isn't there.
        """

    async def register(self, arn: str, target: Target) -> None:
        """Register a target."""

    async def deregister(self, arn: str, target: Target) -> None:
        """Deregister a target; one that isn't registered, or whose group is gone, is no error."""

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of all targets that the group lists."""


class CloudWatch(Protocol):
    """The part of Amazon CloudWatch that cage uses."""

    async def alarms(self, names: Sequence[str]) -> dict[str, Alarm]:
        """Return the alarms of these names, of every type; one that isn't there is left out."""

    async def series(
        self, query: MetricQuery, start: datetime, end: datetime
    ) -> tuple[Series, ...]:
        """Return the datapoints of the periods from `start` until before `end`.

        There are several series where an expression makes several, and none where there is no
        such metric.

        Raises:
            AwsUnavailableError: CloudWatch gave a part of it only.
            AccessDeniedError: You may not read one of the metrics.
        """


class Parameters(Protocol):
    """The part of SSM Parameter Store that cage uses."""

    async def create(self, name: str, value: str) -> int | None:
        """Create a parameter and return its version; None if it is there already."""

    async def append(self, name: str, value: str) -> int:
        """Write one more version of a parameter, whether it is there or not, and return it."""

    async def history(self, name: str) -> tuple[ParameterVersion, ...]:
        """Return the versions that are kept and shown, the oldest first; none if it isn't there."""
