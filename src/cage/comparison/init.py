"""Writes definition files for a live service. It changes nothing in AWS."""

from __future__ import annotations

from cage.comparison.draft import Draft
from cage.comparison.live import running_revision, task_definition_input
from cage.comparison.reading import read
from cage.context import ServiceHandle
from cage.definitions import Shapes
from cage.definitions.kinds import SERVICE, TASK_DEFINITION
from cage.model.errors import RefusedError


async def init(service: ServiceHandle, shapes: Shapes) -> Draft:
    """Return the definition files that reproduce the service.

    Raises:
        NotFoundError: ECS reports the service as MISSING, or as INACTIVE.
        RefusedError: The service runs no revision.
        AwsError: AWS refused or didn't answer.
    """
    live = await service.require(tags=True)
    if live.status == "INACTIVE":
        raise service.not_found(live.status)
    arn = running_revision(live.raw)
    if not arn:
        raise RefusedError(
            f"Service {live.name} runs no task definition.",
            f"Its controller is {live.controller}, and it has no primary task set.",
            "Write the files manually, or run this once it has one.",
        )
    revision = await service.ecs.describe_revision(arn, tags=True)
    return Draft(
        (await read(service.ecs, live)).input,
        SERVICE.shape(shapes),
        task_definition_input(revision.raw),
        TASK_DEFINITION.shape(shapes),
    )
