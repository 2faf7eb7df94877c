"""The tags that a task starts with.

Source: ECS developer guide, "Tagging your Amazon ECS resources", "How resources are tagged":
propagated from the service or the task definition, and ECS's own where the request enables them.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.world.task_entities import SimRevision


def tags_of(
    raw: dict[str, Any], revision: SimRevision, cluster: str, service: str = ""
) -> dict[str, str]:
    """Return a task's tags.

    Args:
        raw: The task's origin: a service, or a run-task or start-task call.
        service: The service's name; empty for a standalone task, whose own tags `raw` holds.
    """
    found: dict[str, str] = {}
    if raw.get("enableECSManagedTags"):
        found["aws:ecs:clusterName"] = cluster
        if service:
            found["aws:ecs:serviceName"] = service
    given: list[dict[str, str]] = []
    if raw.get("propagateTags") == "TASK_DEFINITION":
        given += revision.tags
    if not service or raw.get("propagateTags") == "SERVICE":
        given += raw.get("tags") or []
    return found | {t["key"]: t.get("value") or "" for t in given}
