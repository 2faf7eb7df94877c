"""Custom attributes of container instances: put, delete, list.

Source: ECS API reference, PutAttributes, DeleteAttributes, ListAttributes and Attribute (lengths
and characters); ECS developer guide, "Define which container instances Amazon ECS uses for tasks".
"""

from __future__ import annotations

import re
from typing import Any

from ecs_simulator.operations import instances, views
from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.pages import page
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import SimInstance

_MOST = 10
_NAME = re.compile(r"[A-Za-z0-9\-_/\\.]{1,128}")
_VALUE = re.compile(r"(?! )[A-Za-z0-9\-_.@/\\: ]{1,128}(?<! )")


def put_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create attributes of instances, or replace their values."""
    changed = _targets(world, params)
    for instance, attribute in changed:
        name, value = attribute["name"], attribute.get("value")
        if not _NAME.fullmatch(name) or (value is not None and not _VALUE.fullmatch(value)):
            raise invalid(f"The attribute {name} has an invalid name or value.")
        if len({*instance.attributes, name}) > _MOST:
            raise ApiError(
                "AttributeLimitExceededException",
                f"A container instance can have at most {_MOST} custom attributes.",
            )
    for instance, attribute in changed:
        instance.attributes[attribute["name"]] = attribute.get("value")
        world.engine.touch("instance", instance.arn, instance)
    return {"attributes": params["attributes"]}


def delete_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete attributes of instances; the answer has the values that they had."""
    deleted = []
    for instance, attribute in _targets(world, params):
        if attribute["name"] in instance.attributes:
            value = instance.attributes.pop(attribute["name"])
            world.engine.touch("instance", instance.arn, instance)
            deleted.append({**attribute, **({} if value is None else {"value": value})})
    return {"attributes": deleted}


def list_attributes(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List the attributes of a cluster's instances, by name and by value."""
    if params["targetType"] != "container-instance":
        raise invalid("The target type must be container-instance.")
    wanted, value = params.get("attributeName"), params.get("attributeValue")
    if value is not None and wanted is None:
        raise invalid("Specify an attribute name to filter by value.")
    found = [
        {**attribute, "targetType": "container-instance", "targetId": instance.arn}
        for instance in world.clusters[world.cluster(params.get("cluster"))]
        for attribute in views.attributes(instance)
        if wanted in {None, attribute["name"]} and value in {None, attribute.get("value")}
    ]
    return page("attributes", found, params)


def _targets(world: World, params: dict[str, Any]) -> list[tuple[SimInstance, dict[str, Any]]]:
    """Return each attribute of a request with its instance."""
    cluster = world.cluster(params.get("cluster"))
    at_most(_MOST, params["attributes"], "attributes")
    found = []
    for attribute in params["attributes"]:
        instance = instances.find(world, cluster, attribute.get("targetId") or "")
        if instance is None:
            raise ApiError("TargetNotFoundException", "The specified target wasn't found.")
        found.append((instance, attribute))
    return found
