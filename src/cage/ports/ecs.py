"""What cage needs of Amazon ECS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from cage.model.base import Shape
from cage.model.revisions import Revision
from cage.model.services import PastDeployment, Service, ServiceDeployment, ServiceRevision
from cage.model.tasks import ContainerInstance, StartFailure, Task, TaskRequest


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
