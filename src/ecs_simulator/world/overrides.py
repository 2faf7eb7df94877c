"""What RunTask and StartTask override of a task definition, for one task.

Source: ECS API reference, TaskOverride and ContainerOverride.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.task_entities import SimRevision

_OF_TASKS = ("cpu", "memory", "executionRoleArn", "taskRoleArn", "ephemeralStorage")
_OF_CONTAINERS = ("command", "cpu", "memory", "memoryReservation")


def overridden(revision: SimRevision, overrides: Mapping[str, Any] | None) -> SimRevision:
    """Return the revision as a task with these overrides has it.

    Raises:
        ApiError: The revision has no container of an override's name.
    """
    if not overrides:
        return revision
    given = {o.get("name"): o for o in overrides.get("containerOverrides") or []}
    names = {container["name"] for container in revision.containers}
    for name in given:
        if name not in names:
            text = f"Override for container named {name} is not a container in the TaskDefinition."
            raise ApiError("InvalidParameterException", text)
    containers = [_container(one, given.get(one["name"]) or {}) for one in revision.containers]
    changed = {key: overrides[key] for key in _OF_TASKS if overrides.get(key)}
    raw = {**revision.raw, **changed, "containerDefinitions": containers}
    return dataclasses.replace(revision, raw=raw)


def _container(definition: dict[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    changed = {key: override[key] for key in _OF_CONTAINERS if override.get(key) is not None}
    for key in ("environment", "resourceRequirements"):
        if override.get(key):
            changed[key] = _merged(definition.get(key) or [], override[key])
    if override.get("environmentFiles"):
        changed["environmentFiles"] = override["environmentFiles"]
    return {**definition, **changed}


def _merged(old: Sequence[Any], new: Sequence[Any]) -> list[Any]:
    """Return both lists' entries; of those with one name or type, the new one."""
    found = {one.get("name", one.get("type")): one for one in (*old, *new)}
    return list(found.values())
