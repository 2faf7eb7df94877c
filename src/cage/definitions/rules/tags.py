"""Tags that are cage's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.model.identity import TAG_PREFIX
from ecs_rules.breach import Breach, breach
from ecs_rules.request import SERVICE, TASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecs_rules.request import Shape


def reserved(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """No file sets a tag of cage's own.

    ECS can copy the tags of a service and of a task definition to tasks (propagateTags), where
    cage's own tags say who is alive and who decided.
    """
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        for index, tag in enumerate(content.get("tags") or ()):
            key = str(tag.get("key") or "") if isinstance(tag, dict) else ""
            if key.lower().startswith(TAG_PREFIX):
                message = f"tags that begin with {TAG_PREFIX} are cage's own"
                yield breach(top.at("tags", index, "key"), message, "Use another key")
