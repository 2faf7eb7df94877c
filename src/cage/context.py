"""The context of every operation: created once, then passed on."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Container
from typing import TypeVar

from cage.availability.ledger import Ledger
from cage.availability.task_targets import Roster
from cage.availability.watched import WatchedTargetGroups
from cage.model import events, identity, other_deployers
from cage.model.errors import NotFoundError
from cage.model.events import Event
from cage.model.services import Service
from cage.model.tasks import Task
from cage.ports.ecs import TASKS_A_CALL, Ecs
from cage.ports.gateway import Gateway
from cage.ports.target_groups import TargetGroups
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal

E = TypeVar("E", bound=Event)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a service is.

    Attributes:
        region: Empty if only the clients know it.
        service: Empty for all services of the cluster.
        access: The flags by which AWS is reached; the AWS CLI has the same ones.
    """

    region: str
    cluster: str
    service: str = ""
    access: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The service's name, even if its ARN was specified."""
        return self.service.rpartition("/")[2]

    @property
    def words(self) -> tuple[str, ...]:
        """The words that specify the place on cage's command line."""
        region, service = self._region, ("--service", self.service) if self.service else ()
        return (*region, "--cluster", self.cluster, *service, *self.access)

    @property
    def flags(self) -> str:
        """The flags that specify the place on cage's command line."""
        return shlex.join(self.words)

    @property
    def for_aws(self) -> str:
        """The flags of the AWS CLI by which it reaches the same Region."""
        return shlex.join((*self._region, *self.access))

    @property
    def in_cluster(self) -> str:
        """The flags of the AWS CLI that specify the cluster for `aws ecs`."""
        return shlex.join((*self._region, *self.access, "--cluster", self.cluster))

    @property
    def _region(self) -> tuple[str, ...]:
        return ("--region", self.region) if self.region else ()


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceHandle:
    """One service, as reported by ECS at the moment of each call. Every method raises AwsError."""

    ecs: Ecs
    place: Place

    async def describe(self, *, tags: bool = False) -> Service | None:
        """Return the service, with its tags if requested; None if ECS reports it as MISSING."""
        return await self.ecs.find_service(self.place.cluster, self.place.service, tags=tags)

    async def require(self, *, tags: bool = False) -> Service:
        """Return the service.

        Raises:
            NotFoundError: ECS reports it as MISSING.
            RefusedError: It is not a service, but a managed daemon.
        """
        other_deployers.require_no_daemon(self.place.service)
        service = await self.describe(tags=tags)
        if service is None:
            raise self.not_found()
        return service

    def not_found(self, status: str = "MISSING") -> NotFoundError:
        """Return the error for a service that doesn't exist, or no longer exists."""
        region = f" in Region {self.place.region}" if self.place.region else ""
        return NotFoundError(
            f"Service {self.place.service} not found in cluster {self.place.cluster}.",
            f"ECS reports it as {status}{region}.",
            "Check --service, --cluster and --region. To create the service, run: cage up",
            operation="DescribeServices",
            code="ServiceNotFoundException",
        )

    async def task(self, arn: str) -> Task | None:
        """Return a task of the cluster; None if ECS doesn't return it."""
        return (await self.ecs.describe_tasks(self.place.cluster, [arn])).get(arn)

    async def tasks(self, *, stopped: bool = False, but: Container[str] = ()) -> dict[str, Task]:
        """Return tasks that the service itself started, by ARN; at most a hundred.

        Args:
            stopped: Return the ones that are stopping, or stopped recently.
            but: ARNs of tasks to omit.
        """
        cluster, service = self.place.cluster, self.place.service
        listed = await self.ecs.list_tasks(cluster, service=service, stopped=stopped)
        new = [arn for arn in listed if arn not in but][:TASKS_A_CALL]
        return await self.ecs.describe_tasks(cluster, new) if new else {}

    async def canaries(self, *, stopped: bool = False) -> list[Task]:
        """Return the service's canary tasks; for a place without a service, the cluster's.

        Args:
            stopped: Return the ones that are stopping, or stopped within the last hour.
        """
        name = self.place.name
        started_by = identity.started_by(name) if name else None
        arns = await self.ecs.list_tasks(self.place.cluster, started_by=started_by, stopped=stopped)
        known = await self.ecs.describe_tasks(self.place.cluster, arns) if arns else {}
        found = [t for t in known.values() if t.stopping is stopped and identity.service_of(t)]
        return [t for t in found if not name or identity.service_of(t) == name]


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """The context of every operation.

    Attributes:
        gateway: AWS, and the world outside it.
        place: The service that the operation is about.
        journal: Receives every event.
        interruption: Receives signals.
        ledger: Counts healthy targets, whenever any part of cage polls them.
    """

    gateway: Gateway
    place: Place
    journal: Journal = dataclasses.field(default_factory=lambda: Journal(""))
    interruption: Interruption = dataclasses.field(default_factory=Interruption)
    ledger: Ledger = dataclasses.field(default_factory=Ledger)

    @property
    def ecs(self) -> Ecs:
        """The gateway's ECS."""
        return self.gateway.ecs

    @property
    def target_groups(self) -> TargetGroups:
        """The gateway's target groups."""
        return self.gateway.target_groups

    @property
    def service(self) -> ServiceHandle:
        """The service, for queries to ECS about it."""
        return ServiceHandle(self.gateway.ecs, self.place)

    def tell(self, event: E) -> E:
        """Pass an event to the journal, and return the event as the journal recorded it."""
        return self.journal.tell(event)

    def notice(self, text: str) -> None:
        """Report a fact to people that is worth a line and changes nothing."""
        self.journal.tell(events.Noticed(text))

    def counting(self) -> Context:
        """Return a copy whose ledger counts every answer about targets."""
        roster = Roster(self.ecs, self.place.cluster, self.place.service)
        inner = self.gateway.target_groups
        counted = WatchedTargetGroups(inner, self.ledger, roster, self.notice)
        gateway = dataclasses.replace(self.gateway, target_groups=counted)
        return dataclasses.replace(self, gateway=gateway)

    def at(self, service: str) -> Context:
        """Return a copy for another service of the cluster."""
        place = dataclasses.replace(self.place, service=service)
        return dataclasses.replace(self, place=place, journal=self.journal.about(service))
