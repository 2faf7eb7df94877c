"""Task definitions: register, describe, list, deregister, delete."""

from __future__ import annotations

import copy
from typing import Any

from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.reads import Read
from ecs_simulator.operations.refusals import refuse_breaches
from ecs_simulator.operations.times import stamp
from ecs_simulator.operations.views import filled
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import ACCOUNT, SimRevision

_DELETING = "DELETE_IN_PROGRESS"
_DELETED_AFTER_S = 60.0
_MOST_DELETED = 10
"""ECS API reference, DeleteTaskDefinitions: up to 10 revisions a call."""


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
    arns = [r.arn for r in known if r.raw["status"] == status and not r.deleted]
    return page("taskDefinitionArns", arns[::-1] if params.get("sort") == "DESC" else arns, params)


def deregister_task_definition(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Make a revision INACTIVE: its tasks continue, but no service can be updated to it.

    Source: ECS API reference, DeregisterTaskDefinition: a revision must be given; the error's
    text is *unknown*.
    """
    if ":" not in params["taskDefinition"].rpartition("/")[2]:
        raise ApiError("ClientException", "The revision of the task definition is missing.")
    revision = world.revision(params["taskDefinition"])
    if revision.raw["status"] == _DELETING:
        raise ApiError("ClientException", "The task definition is being deleted.")
    revision.raw["status"] = "INACTIVE"
    revision.raw["deregisteredAt"] = stamp(world.now)
    world.engine.touch("revision", revision.arn, revision)
    return {"taskDefinition": revision.raw, "tags": []}


def list_task_definition_families(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List families by their first letters and by status.

    Source: API, ListTaskDefinitionFamilies: an ACTIVE family has an ACTIVE revision, an
    INACTIVE one has none; both are listed unless one is requested.
    """
    status, prefix = params.get("status") or "ALL", params.get("familyPrefix") or ""
    found = []
    for family, revisions in sorted(world.revisions.items()):
        left = [r.raw["status"] for r in revisions if not r.deleted]
        kind = "ACTIVE" if "ACTIVE" in left else "INACTIVE"
        if left and family.startswith(prefix) and status in {"ALL", kind}:
            found.append(family)
    return page("families", found, params)


def delete_task_definitions(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete INACTIVE revisions: they are DELETE_IN_PROGRESS while anything uses them.

    Source: API, DeleteTaskDefinitions. *Unknown*: the failures' reasons; and how long a revision
    that nothing uses stays, which is a minute here.
    """
    at_most(_MOST_DELETED, params["taskDefinitions"], "taskDefinitions")
    deleted, failures = [], []
    for name in params["taskDefinitions"]:
        try:
            revision = world.revision(name)
        except ApiError:
            failures.append({"arn": name, "reason": "MISSING"})
            continue
        if ":" not in name.rpartition("/")[2] or revision.raw["status"] == "ACTIVE":
            detail = "Specify the revision, and deregister it before you delete it."
            failures.append({"arn": revision.arn, "reason": "ACTIVE", "detail": detail})
            continue
        if revision.raw["status"] != _DELETING:
            revision.raw["status"] = _DELETING
            revision.raw["deleteRequestedAt"] = stamp(world.now)
            world.engine.touch("revision", revision.arn, revision)
            _delete(world, revision)
        deleted.append(dict(revision.raw))
    return {"taskDefinitions": deleted, "failures": failures}


def _delete(world: World, revision: SimRevision) -> None:
    """Forget a revision as soon as no task and no service uses it."""

    def look() -> None:
        tasks = any(
            t.revision.arn == revision.arn and t.stopped_s is None for t in world.tasks.all.values()
        )
        services = any(
            d.revision is revision
            for s in world.services.values()
            for d in s.deployments
            if s.status != "INACTIVE"
        )
        if tasks or services:
            world.engine.after(_DELETED_AFTER_S, look)
        else:
            revision.deleted = True
            world.engine.note("revision deleted", f"{revision.family}:{revision.number}")

    world.engine.after(_DELETED_AFTER_S, look)
