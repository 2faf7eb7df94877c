"""Tags of tasks, services and task definitions: set, remove, list.

Sources: ECS API reference, TagResource, UntagResource and ListTagsForResource; limits: ECS API
reference, Tag. The two texts about long ARNs: boto/boto3#2473. The other texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ecs_simulator.operations.refusals import invalid, unsupported
from ecs_simulator.world import ApiError, World

Tags: TypeAlias = dict[str, str]

_MOST = 50
_RESERVED = "aws:"


def tag_resource(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Set tags; those that the request doesn't mention stay."""
    new = {t.get("key") or "": t.get("value") or "" for t in params["tags"]}
    if "" in new:
        raise invalid("A tag has no key.")
    if any(key.lower().startswith(_RESERVED) for key in new):
        raise invalid(f"Tag keys that begin with {_RESERVED} are reserved for AWS.")
    found, write = _of(world, params["resourceArn"])
    if len(found | new) > _MOST:
        raise ApiError("LimitExceededException", f"A resource can have {_MOST} tags at most.")
    write(found | new)
    return {}


def untag_resource(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Remove tags; those that the resource doesn't have are ignored."""
    found, write = _of(world, params["resourceArn"])
    write({key: value for key, value in found.items() if key not in params["tagKeys"]})
    return {}


def list_tags_for_resource(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a resource's tags."""
    found, _ = _of(world, params["resourceArn"])
    return {"tags": _listed(found)}


def _listed(tags: Tags) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _of(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    """Return a resource's tags, and what replaces them."""
    for kind, found in _KINDS.items():
        if f":{kind}/" in arn:
            return found(world, arn)
    raise unsupported("tags of anything but tasks, services and task definitions")


def _task(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    task = world.tasks.all.get(arn)
    if task is None or task.stopped_s is not None:
        raise invalid("The specified task is not found or stopped.")

    def write(tags: Tags) -> None:
        task.tags = tags
        world.engine.touch("task", task.arn, task)

    return dict(task.tags), write


def _service(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    parts = arn.partition(":service/")[2].split("/")
    if len(parts) != 2:  # noqa: PLR2004  cluster/name
        raise invalid("Long arn format must be used for tagging operations")
    cluster, name = parts
    service = world.services.get((cluster, name))
    if service is None or service.status == "INACTIVE":
        raise invalid("The specified service is not found or inactive.")
    if service.arn != arn:
        raise invalid(
            "The specified service does not have the longArn format. Only services created "
            "after opting in will have the new format."
        )

    def write(tags: Tags) -> None:
        service.raw["tags"] = _listed(tags)
        world.engine.touch_service(service)

    return {t["key"]: t.get("value") or "" for t in service.raw.get("tags") or []}, write


def _task_definition(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    revision = world.revision(arn)

    def write(tags: Tags) -> None:
        revision.tags = _listed(tags)
        world.engine.touch("revision", revision.arn, revision)

    return {t["key"]: t.get("value") or "" for t in revision.tags}, write


_KINDS = {"task": _task, "service": _service, "task-definition": _task_definition}
