"""Reads a live service with everything that its definition file can contain."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cage.comparison.live import ONLY_IN_REVISIONS, current_revision, service_input
from cage.model.errors import AccessDeniedError, InvalidRequestError

if TYPE_CHECKING:
    from cage.model.base import Shape
    from cage.model.services import Service
    from cage.ports.ecs import Ecs


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """A live service as create-service's input.

    Attributes:
        revision_arn: Its service revision; empty if it could not be read.
        unread: The members that ECS didn't show, and so can't be compared.
        why: Why it didn't, in a few words; empty if `unread` is.
    """

    input: dict[str, Any]
    revision_arn: str = ""
    unread: tuple[str, ...] = ()
    why: str = ""


async def read(ecs: Ecs, service: Service) -> Live:
    """Read a described service's revision, and return both as one request.

    Raises:
        AwsError: AWS didn't answer.
    """
    listed = service.raw.get("currentServiceRevisions") or []
    arns = [str(one["arn"]) for one in listed if one.get("arn")]
    revision: Shape | None = None
    why = "the service has no service revision"
    if arns:
        try:
            found = await ecs.find_service_revisions(arns)
        except (AccessDeniedError, InvalidRequestError) as error:
            why = error.what.rstrip(".")
        else:
            revision = current_revision(service.raw, [one.raw for one in found.values()])
            why = "" if revision is not None else "ECS doesn't describe its service revision"
    unread = ONLY_IN_REVISIONS if revision is None else ()
    arn = str(revision["serviceRevisionArn"]) if revision is not None else ""
    return Live(service_input(service.raw, revision), arn, unread, why if unread else "")
