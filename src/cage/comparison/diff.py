"""Compares what the definition files would send with what is live. It changes nothing."""

from __future__ import annotations

import dataclasses

from cage.comparison.differences import (
    Differences,
    everything,
    service_differences,
    task_definition_differences,
)
from cage.comparison.live import running_revision, task_definition_input
from cage.comparison.reading import read
from cage.comparison.update import service_update
from cage.context import Place, ServiceHandle
from cage.definitions import Shapes
from cage.definitions.kinds import SERVICE, TASK_DEFINITION
from cage.model.base import Shape
from cage.model.services import Service
from cage.options.request import Request
from cage.ports.ecs import Ecs


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between the files and what is live.

    Attributes:
        status: The service's status; empty if the service doesn't exist.
        revision: The live revision, such as `web:7`; empty if there is none.
        task_definition: The differences in the task definition.
        service_definition: The differences in the service; None if no file defines it.
        sendable: The settings that differ, and that a rollout can send.
        fixed: The settings that differ, and that nothing changes once the service exists.
    """

    region: str
    cluster: str
    service: str
    status: str
    revision: str
    task_definition: Differences
    service_definition: Differences | None
    sendable: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether there is a service to compare with; an INACTIVE one can be created again."""
        return self.status not in {"", "INACTIVE"}

    @property
    def count(self) -> int:
        """The total number of changes."""
        service = self.service_definition
        return len(self.task_definition.changes) + (len(service.changes) if service else 0)


async def diff(service: ServiceHandle, request: Request, shapes: Shapes) -> Comparison:
    """Compare; the live revision is that of the service's PRIMARY deployment.

    Raises:
        AwsError: AWS refused or didn't answer; a cluster or revision was not found.
    """
    ecs, live = service.ecs, await service.describe(tags=True)
    wanted = await _wanted(ecs, request)
    task_shape, service_shape = TASK_DEFINITION.shape(shapes), SERVICE.shape(shapes)
    definition = request.service_definition
    if live is None or live.status == "INACTIVE":
        task_definition = everything(wanted, task_shape)
        whole = everything(definition, service_shape) if definition else None
        return _comparison(service.place, live, "", task_definition, whole)
    arn = running_revision(live.raw)
    if arn:
        revision = await ecs.describe_revision(arn, tags=True)
        running = task_definition_input(revision.raw)
        task_definition = task_definition_differences(running, wanted, task_shape)
    else:
        task_definition = everything(wanted, task_shape)
    revision_name = arn.rpartition("/")[2]
    if definition is None:
        return _comparison(service.place, live, revision_name, task_definition, None)
    found = await read(ecs, live)
    changed = service_differences(found, definition, service_shape)
    update = service_update(found, definition, shapes)
    compared = _comparison(service.place, live, revision_name, task_definition, changed)
    sendable = tuple(name for name in changed.members if name not in update.fixed)
    return dataclasses.replace(compared, sendable=sendable, fixed=update.fixed)


async def _wanted(ecs: Ecs, request: Request) -> Shape:
    """Return the task definition of the files, or of the revision that is specified instead."""
    if request.revision is not None:
        revision = await ecs.describe_revision(request.revision, tags=True)
        return task_definition_input(revision.raw)
    return request.task_definition or {}


def _comparison(
    place: Place,
    live: Service | None,
    revision: str,
    task_definition: Differences,
    service: Differences | None,
) -> Comparison:
    return Comparison(
        region=place.region,
        cluster=place.cluster,
        service=place.service,
        status="" if live is None else live.status,
        revision=revision,
        task_definition=task_definition,
        service_definition=service,
    )
