"""Tags of both files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import show
from cage.definitions.rules.rule import SERVICE_FILE, TASK_FILE, Remark, error, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.definitions.rules.rule import Spot
    from cage.model.base import Shape

_MOST = 50


def keys(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """A key is used once, doesn't begin with `aws:`, and there are 50 at most.

    Source: API reference, Tag and RegisterTaskDefinition, tags.
    """
    for top, content in ((SERVICE_FILE, service), (TASK_FILE, task_definition)):
        seen: dict[str, Spot] = {}
        for spot, tag in items(content, "tags", top):
            key = tag.get("key")
            if key in seen:
                message = f"the tag {show(key)} is here twice"
                yield error(spot.at("key"), message, "Keep one of them", seen[key])
            elif key:
                seen[key] = spot.at("key")
                if key.lower().startswith("aws:"):
                    message = f"{show(key)} begins with aws:, which is AWS's own"
                    yield error(spot.at("key"), message, "Give it another key")
        if len(seen) > _MOST:
            yield error(top.at("tags"), f"there are {len(seen)} tags", f"ECS takes {_MOST} at most")
