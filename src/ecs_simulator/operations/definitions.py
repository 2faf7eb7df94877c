"""Task definitions: register and describe."""

from __future__ import annotations

import copy
from typing import Any

from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.refusals import refuse_breaches
from ecs_simulator.operations.times import stamp
from ecs_simulator.operations.views import filled
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT, SimRevision


def register_task_definition(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Register the next revision of a family."""
    family = params.get("family")
    containers = params.get("containerDefinitions")
    if not family or not containers:
        raise ApiError("ClientException", "Family and container definitions should not be empty.")
    _check(params)
    known = world.revisions.setdefault(family, [])
    number = len(known) + 1
    arn = f"arn:aws:ecs:{world.region}:{ACCOUNT}:task-definition/{family}:{number}"
    raw = {
        **filled.task_definition(params),
        "taskDefinitionArn": arn,
        "revision": number,
        "status": "ACTIVE",
        "registeredAt": stamp(world.now),
        "registeredBy": f"arn:aws:iam::{ACCOUNT}:root",
    }
    tags = copy.deepcopy(params.get("tags") or [])
    revision = SimRevision(arn=arn, family=family, number=number, raw=raw, tags=tags)
    known.append(revision)
    world.engine.touch("revision", arn, revision)
    world.engine.note("revision registered", f"{family}:{number}")
    return {"taskDefinition": raw, "tags": tags}


def _check(params: dict[str, Any]) -> None:
    for container in params["containerDefinitions"]:
        if not container.get("name") or not container.get("image"):
            raise ApiError(
                "ClientException", "Container name and image should not be null or empty."
            )
    refuse_breaches("RegisterTaskDefinition", {}, params)


def describe_task_definition(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe a revision by ARN, `family:number` or family; its tags only when requested."""
    revision = world.revision(params["taskDefinition"])
    seen = Read(world, "revision").see(revision.arn, revision)
    if seen is None:
        raise ApiError("ClientException", "Unable to describe task definition.")
    tags = revision.tags if "TAGS" in (params.get("include") or []) else []
    return {"taskDefinition": seen, "tags": tags}


def list_task_definitions(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the ARNs of revisions of one status, of one family if one is given.

    Source: API, ListTaskDefinitions: by family, then by revision.
    """
    status, family = params.get("status") or "ACTIVE", params.get("familyPrefix")
    families = sorted(world.revisions) if family is None else [family]
    known = [r for name in families for r in world.revisions.get(name, [])]
    arns = [r.arn for r in known if r.raw["status"] == status]
    return page("taskDefinitionArns", arns[::-1] if params.get("sort") == "DESC" else arns, params)


def deregister_task_definition(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Make a revision INACTIVE: its tasks continue, but no service can be updated to it.

    Source: ECS API reference, DeregisterTaskDefinition: a revision must be given; the error's
    text is *unknown*.
    """
    if ":" not in params["taskDefinition"].rpartition("/")[2]:
        raise ApiError("ClientException", "The revision of the task definition is missing.")
    revision = world.revision(params["taskDefinition"])
    revision.raw["status"] = "INACTIVE"
    revision.raw["deregisteredAt"] = stamp(world.now)
    world.engine.touch("revision", revision.arn, revision)
    return {"taskDefinition": revision.raw, "tags": []}
