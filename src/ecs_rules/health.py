"""Container health checks.

Source: API reference, HealthCheck.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import Shape, containers
from ecs_rules.values import show

RANGES = {
    "interval": (5, 300),
    "timeout": (2, 60),
    "retries": (1, 10),
    "startPeriod": (0, 300),
}
FORMS = ("CMD", "CMD-SHELL", "NONE")


@rule()
def numbers(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Intervals, timeouts and retries are in ECS's ranges."""
    for spot, container in containers(task_definition):
        for key, (low, high) in RANGES.items():
            value = container.get("healthCheck", {}).get(key)
            if value is not None and not low <= value <= high:
                message = f"{show(value)} is out of range"
                yield breach(spot.at("healthCheck", key), message, f"Use {low} to {high}")


@rule()
def command(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A command begins with CMD or CMD-SHELL, and has something to run."""
    for spot, container in containers(task_definition):
        words = container.get("healthCheck", {}).get("command")
        if not words or words[0] is None:
            continue
        at = spot.at("healthCheck", "command")
        if words[0] not in FORMS:
            message = "the health check's command must begin with CMD or CMD-SHELL"
            yield breach(at.at(0), message, 'Write ["CMD-SHELL", "curl -f localhost || exit 1"]')
        elif words[0] == "CMD-SHELL" and len(words) != 2:  # noqa: PLR2004 - the form and its text
            message = f"CMD-SHELL accepts one text, found {len(words) - 1}"
            yield breach(at, message, 'Write it in one text, or use "CMD"')
        elif words[0] == "CMD" and len(words) == 1:
            yield breach(at, "CMD has nothing to run", "Add the command")
