"""The calls to Amazon ECS that cage needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from cage.model.base import Shape
from cage.model.revisions import Revision
from cage.model.services import PastDeployment, Service, ServiceDeployment, ServiceRevision
from cage.model.tasks import ContainerInstance, StartFailure, Task, TaskRequest

TASKS_A_CALL = 100
"""The most tasks that one call describes (ECS API reference, DescribeTasks)."""


class Ecs(Protocol):
    """The part of Amazon ECS that cage uses."""

    async def find_service(
        self, cluster: str, service: str, *, tags: bool = False
    ) -> Service | None:
        """Return the service, with its tags if requested, or None if ECS reports it as MISSING.

        A service without the long ARN format has no tags.

        Raises:
            NotFoundError: The cluster was not found.
        """

    async def create_service(self, definition: Shape) -> Service:
        """Create a service from create-service input."""

    async def update_service(
        self, changes: Shape, before_repeat: Callable[[], Awaitable[Service | None]] | None = None
    ) -> Service:
        """Change a service with update-service input and return what ECS answers.

        Args:
            before_repeat: Called before an attempt is repeated. If it returns a service, that is
                the answer. If it raises, the attempts end.
        """

    async def find_service_deployment(self, arn: str) -> ServiceDeployment | None:
        """Return a service deployment by ARN; None if ECS reports it as MISSING."""

    async def stop_service_deployment(self, arn: str) -> None:
        """Have ECS roll back a service deployment. It is not an error if it has already ended."""

    async def continue_service_deployment(self, arn: str, hook_id: str, action: str) -> None:
        """Decide a pause of a service deployment: CONTINUE or ROLLBACK.

        Raises:
            InvalidRequestError: The hook doesn't wait for anyone, or no longer does.
        """

    async def find_service_revision(self, arn: str) -> ServiceRevision | None:
        """Return a service revision by ARN; None if ECS reports it as MISSING."""

    async def find_service_revisions(self, arns: Sequence[str]) -> dict[str, ServiceRevision]:
        """Return service revisions by ARN; those that ECS reports as MISSING are left out."""

    async def register_revision(self, definition: Shape) -> Revision:
        """Register a revision from register-task-definition input."""

    async def describe_revision(self, name: str, *, tags: bool = False) -> Revision:
        """Return a revision by ARN or `family:number`, with its tags if requested.

        Raises:
            NotFoundError: The revision was not found.
        """

    def past_deployments(self, cluster: str, service: str) -> AsyncIterator[PastDeployment]:
        """Yield a service's deployments, newest first. Further pages are read as needed.

        ECS keeps 90 days of them (ECS API reference, ListServiceDeployments).
        """

    async def list_revisions(self, family: str) -> list[str]:
        """Return the ARNs of a family's ACTIVE revisions, newest first."""

    async def start_task(self, request: TaskRequest) -> Task | StartFailure:
        """Start one task, or return why ECS didn't. Never starts two, even if an answer is lost."""

    async def describe_tasks(self, cluster: str, arns: Sequence[str]) -> dict[str, Task]:
        """Return the tasks that ECS knows, by ARN. Tasks reported as MISSING are left out."""

    async def list_tasks(
        self,
        cluster: str,
        *,
        started_by: str | None = None,
        service: str | None = None,
        stopped: bool = False,
    ) -> list[str]:
        """Return the ARNs of all tasks of a starter or a service.

        These are the tasks that aren't stopping. With `stopped`, they are the tasks that are
        stopping or stopped recently.
        """

    async def stop_task(self, cluster: str, arn: str, reason: str) -> None:
        """Stop a task. It is not an error if the task no longer exists."""

    async def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Set tags of a task, a service or a revision; its other tags stay."""

    async def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Remove tags of a task, a service or a revision. Unknown keys are ignored."""

    async def find_container_instance(self, cluster: str, name: str) -> ContainerInstance | None:
        """Return a container instance by EC2 instance id, container instance id or ARN."""
