"""Names that must not be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import FilledText
from ecs_rules.breach import Breach, breach
from ecs_rules.names import shown
from ecs_rules.request import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecs_rules.request import Shape


def secret(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Names must not be secrets: they appear in events, in logs, and wherever AWS shows them."""
    cluster = [(SERVICE.at(key), service.get(key)) for key in ("cluster", "taskDefinition")]
    for spot, name in (*shown(service, task_definition), *cluster):
        if isinstance(name, FilledText) and name.secret:
            message = "a secret's value can't be a name, because names are shown"
            yield breach(spot, message, "Use a variable, or a parameter that isn't a secret")
