"""Tags of both files."""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, Spot, items
from ecs_rules.values import show

_MOST = 50


@rule()
def keys(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A key is used once, doesn't begin with `aws:`, and there are 50 at most.

    Source: API reference, Tag and RegisterTaskDefinition, tags.
    """
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        seen: dict[str, Spot] = {}
        for spot, tag in items(content, "tags", top):
            key = tag.get("key")
            if key in seen:
                message = f"the tag {show(key)} is here twice"
                yield breach(spot.at("key"), message, "Keep one of them", seen[key])
            elif key:
                seen[key] = spot.at("key")
                if key.lower().startswith("aws:"):
                    message = f"{show(key)} begins with aws:, which is AWS's own"
                    yield breach(spot.at("key"), message, "Give it another key")
        if len(seen) > _MOST:
            yield breach(top.at("tags"), f"found {len(seen)} tags", f"ECS accepts at most {_MOST}")
