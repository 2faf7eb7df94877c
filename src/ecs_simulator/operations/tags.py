"""Tags of everything that ECS can tag: set, remove, list.

Sources: ECS API reference, TagResource, UntagResource and ListTagsForResource; limits: ECS API
reference, Tag. The two texts about long ARNs: boto/boto3#2473. The other texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from ecs_rules.task_starts import TAGS_MOST, of_tags
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.cluster_entities import SimCluster, SimProvider
from ecs_simulator.world.task_entities import SimInstance

Tags: TypeAlias = dict[str, str]


def tag_resource(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Set tags; those that the request doesn't mention stay."""
    new = as_tags(params["tags"])
    for why in of_tags(params["tags"]):
        raise invalid(why)
    found, write = _of(world, params["resourceArn"])
    if len(found | new) > TAGS_MOST:
        raise ApiError("LimitExceededException", f"A resource can have {TAGS_MOST} tags at most.")
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
    return {"tags": as_list(found)}


def as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as the API shows them."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def as_tags(given: Iterable[Mapping[str, str]] | None) -> Tags:
    """Return a request's tags; one without a value has an empty one."""
    return {tag.get("key") or "": tag.get("value") or "" for tag in given or []}


def _of(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    """Return a resource's tags, and what replaces them."""
    for kind, found in _KINDS.items():
        if f":{kind}/" in arn:
            return found(world, arn)
    raise invalid(f"{arn} is not the ARN of anything that can be tagged.")


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
        service.raw["tags"] = as_list(tags)
        world.engine.touch_service(service)

    return as_tags(service.raw.get("tags")), write


def _task_definition(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    revision = world.revision(arn)

    def write(tags: Tags) -> None:
        revision.tags = as_list(tags)
        world.engine.touch("revision", revision.arn, revision)

    return as_tags(revision.tags), write


def _cluster(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    return _kept(world.cluster_records[world.cluster(arn)])


def _provider(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    provider = world.capacity_providers.get(arn.rpartition("/")[2])
    if provider is None or provider.status == "INACTIVE":
        raise ApiError("ResourceNotFoundException", "The capacity provider was not found.")
    return _kept(provider)


def _instance(world: World, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    every = (i for instances in world.clusters.values() for i in instances)
    instance = next((i for i in every if i.arn == arn), None)
    if instance is None:
        raise invalid("The specified container instance is not found.")
    tags, write = _kept(instance)

    def replace(wanted: Tags) -> None:
        write(wanted)
        world.engine.touch("instance", instance.arn, instance)

    return tags, replace


def _kept(owner: SimCluster | SimProvider | SimInstance) -> tuple[Tags, Callable[[Tags], None]]:
    def write(tags: Tags) -> None:
        owner.tags = tags

    return dict(owner.tags), write


_KINDS: Mapping[str, Callable[[World, str], tuple[Tags, Callable[[Tags], None]]]] = {
    "capacity-provider": _provider,
    "cluster": _cluster,
    "container-instance": _instance,
    "service": _service,
    "task": _task,
    "task-definition": _task_definition,
}
