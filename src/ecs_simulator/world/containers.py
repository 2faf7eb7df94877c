"""Container definitions: health checks, log streams, and time-outs to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecs_simulator.world.log_streams import Key
from ecs_simulator.world.task_entities import SimContainer, SimTask

_STOP_TIMEOUT_S = 30.0


def answers_s(check: Mapping[str, Any], begins_s: float) -> tuple[float, float]:
    """Return after how long a container's own health check passes, and after how long it fails.

    A pass counts at once, failures only after the start period and `retries` in a row.
    Source: ECS API reference, HealthCheck (interval 30 s, retries 3, startPeriod off).

    Args:
        begins_s: When the container begins to answer.
    """
    interval_s = float(check.get("interval") or 30)
    retries = int(check.get("retries") or 3)
    start_period_s = float(check.get("startPeriod") or 0)
    passes_s = -(-max(begins_s, 0.001) // interval_s) * interval_s
    return passes_s, start_period_s + retries * interval_s


def essential(task: SimTask) -> str:
    """Return the name of a task's first essential container."""
    return next(c.name for c in task.containers if c.essential)


def streams(task: SimTask, name: str) -> list[Key]:
    """Return where a container's awslogs driver writes; nothing where it has none."""
    found = []
    for definition in task.revision.containers:
        config = definition.get("logConfiguration") or {}
        options = config.get("options") or {}
        prefix = options.get("awslogs-stream-prefix")
        if definition["name"] == name and config.get("logDriver") == "awslogs" and prefix:
            found.append((str(options["awslogs-group"]), f"{prefix}/{name}/{task.id}"))
    return found


def stop_timeout_s(container: dict[str, Any]) -> float:
    """Return how long a container can take from SIGTERM until SIGKILL.

    Source: ECS API reference, ContainerDefinition, stopTimeout: 30 s unless set.
    """
    value = container.get("stopTimeout")
    return _STOP_TIMEOUT_S if value is None else float(value)


def begun(definition: Mapping[str, Any]) -> SimContainer:
    """Return the container that a definition starts."""
    return SimContainer(
        name=str(definition.get("name")),
        image=str(definition.get("image")),
        essential=definition.get("essential") is not False,
        checked=bool(definition.get("healthCheck")),
    )
