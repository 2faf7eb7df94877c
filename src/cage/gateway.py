"""What cage needs from AWS, in model types.

`cage.aws` implements these Protocols over botocore. Whoever implements them translates
foreign errors into `cage.errors.AwsError` and its kinds, and makes each call once: a call
that changes something is either known to have failed or its answer is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cage.model import (
    ContainerInstance,
    Revision,
    Service,
    Shape,
    StartFailure,
    Target,
    TargetGroup,
    TargetHealth,
    Task,
    TaskRequest,
)


class Ecs(Protocol):
    """The part of Amazon ECS that cage uses."""

    async def find_service(self, cluster: str, service: str) -> Service | None:
        """Return the service, or None if ECS calls it MISSING.

        Raises:
            NotFoundError: The cluster isn't there.
        """

    async def create_service(self, definition: Shape) -> Service:
        """Create a service from create-service's input."""

    async def update_service(self, changes: Shape) -> Service:
        """Change a service by update-service's input and return what ECS answers."""

    async def register_revision(self, definition: Shape) -> Revision:
        """Register a revision from register-task-definition's input."""

    async def describe_revision(self, name: str) -> Revision:
        """Return a revision by ARN or `family:number`.

        Raises:
            NotFoundError: There is no such revision.
        """

    async def steady_revisions(self, cluster: str, service: str) -> list[str]:
        """Return the ARNs of the revisions that deployments of a service ended well on.

        The newest comes first. ECS keeps 90 days of them (ECS API reference,
        ListServiceDeployments).
        """

    async def list_revisions(self, family: str) -> list[str]:
        """Return the ARNs of a family's ACTIVE revisions, the newest first."""

    async def start_task(self, request: TaskRequest) -> Task | StartFailure:
        """Start one task, or say why ECS didn't. Never starts two, even if an answer is lost."""

    async def describe_tasks(self, cluster: str, arns: Sequence[str]) -> dict[str, Task]:
        """Return the tasks that ECS knows, by ARN; one that it calls MISSING is left out."""

    async def list_tasks(
        self, cluster: str, *, family: str | None = None, started_by: str | None = None
    ) -> list[str]:
        """Return the ARNs of all tasks that aren't stopping, of a family or a starter."""

    async def stop_task(self, cluster: str, arn: str, reason: str) -> None:
        """Stop a task; one that is gone already is no error."""

    async def tag_task(self, arn: str, key: str, value: str) -> None:
        """Set one tag of a task."""

    async def find_container_instance(self, cluster: str, name: str) -> ContainerInstance | None:
        """Return a container instance by EC2 instance id, container instance id or ARN."""


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
        """Deregister a target; one that isn't registered is no error."""

    async def health(self, arn: str) -> dict[Target, TargetHealth]:
        """Return the health of all targets that the group lists."""
