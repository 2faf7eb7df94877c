"""Container health checks.

Source: API reference, HealthCheck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import show
from cage.definitions.rules.rule import Remark, containers, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.model.base import Shape

RANGES = {
    "interval": (5, 300),
    "timeout": (2, 60),
    "retries": (1, 10),
    "startPeriod": (0, 300),
}
FORMS = ("CMD", "CMD-SHELL", "NONE")


def numbers(_service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """Intervals, timeouts and retries are in ECS's ranges."""
    for spot, container in containers(task_definition):
        for key, (low, high) in RANGES.items():
            value = container.get("healthCheck", {}).get(key)
            if value is not None and not low <= value <= high:
                message = f"{show(value)} is out of range"
                yield error(spot.at("healthCheck", key), message, f"Use {low} to {high}")


def command(_service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """A command begins with CMD or CMD-SHELL, and has something to run."""
    for spot, container in containers(task_definition):
        words = container.get("healthCheck", {}).get("command")
        if not words or words[0] is None:
            continue
        at = spot.at("healthCheck", "command")
        if words[0] not in FORMS:
            message = "the health check's command begins with neither CMD nor CMD-SHELL"
            yield error(at.at(0), message, 'Write ["CMD-SHELL", "curl -f localhost || exit 1"]')
        elif words[0] == "CMD-SHELL" and len(words) != 2:  # noqa: PLR2004 - the form and its text
            message = f"CMD-SHELL takes one text, and here are {len(words) - 1}"
            yield error(at, message, 'Write it in one text, or use "CMD"')
        elif words[0] == "CMD" and len(words) == 1:
            yield error(at, "CMD has nothing to run", "Add the command")
