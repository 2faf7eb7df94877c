"""The subject of a check: a task, and its surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cage.masking.mask import Mask
    from cage.model.events import Event
    from cage.model.revisions import Revision
    from cage.model.services import Service
    from cage.model.targets import Registration
    from cage.model.tasks import Task
    from cage.ports.target_groups import TargetGroups


class Subject(Protocol):
    """A task that is checked: a canary, or another task that is judged the same way."""

    @property
    def cluster(self) -> str:
        """The cluster, by name or ARN."""

    @property
    def service(self) -> Service:
        """The service that the task belongs to, or would belong to."""

    @property
    def revision(self) -> Revision:
        """The revision of the task definition that the task runs."""

    @property
    def task(self) -> Task | None:
        """The task as last seen; None until ECS has answered."""

    @property
    def address(self) -> str | None:
        """The task's own address; None: it has none, or ECS doesn't show it yet."""

    @property
    def registrations(self) -> Sequence[Registration]:
        """The targets that the task is registered as."""

    @property
    def target_groups(self) -> TargetGroups:
        """The client that returns the health of its targets."""

    @property
    def began(self) -> float:
        """When the task was started, on `clock.monotonic()`."""

    @property
    def running_since(self) -> float | None:
        """When the task was first running, on `clock.monotonic()`; None: not yet."""

    @property
    def refreshed_at(self) -> float:
        """When the task was last read, on `clock.monotonic()`."""

    @property
    def registered_at(self) -> float:
        """When the task was registered in its target groups, on `clock.monotonic()`."""

    @property
    def measured_since(self) -> datetime:
        """When its metrics start to count: when a check first read this value."""

    @property
    def mask(self) -> Mask:
        """Masks secrets in texts that are shown."""

    def note_healthy(self, *, everywhere: bool) -> None:
        """Record that a target group reports the task as healthy, or that all of them do."""

    async def locate(self) -> tuple[Registration, ...] | str:
        """Return the targets that the task can be registered as, or what ECS doesn't show yet."""

    async def refresh(self) -> Task | None:
        """Read the task again."""

    def tell(self, event: Event) -> None:
        """Report an event of the run that the check is part of."""
