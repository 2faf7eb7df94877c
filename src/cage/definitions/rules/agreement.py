"""Whether the two files are about the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import show
from ecs_rules.breach import Breach, breach
from ecs_rules.request import SERVICE, TASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecs_rules.request import Shape


def family(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A service that specifies a task definition must use the family of the one alongside it."""
    named, own = service.get("taskDefinition"), task_definition.get("family")
    if named is None or own is None:
        return
    if named.rpartition("/")[2].partition(":")[0] != own:
        yield breach(
            SERVICE.at("taskDefinition"),
            f"{show(named)} belongs to another family than the task definition's {show(own)}",
            "Remove it: the revision that is registered is used",
            TASK.at("family"),
        )
