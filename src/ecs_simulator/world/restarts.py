"""Whether a container that ends is restarted in its task. Pure.

Sources: ECS API reference, ContainerRestartPolicy; ECS developer guide, "Restart individual
containers in Amazon ECS tasks with container restart policies"; aws/amazon-ecs-agent,
`restart_tracker.go` and `task_manager.go`: the period counts from the latest restart, and a
restarted container's state doesn't change, so DescribeTasks shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecs_simulator.world.task_entities import SimContainer, SimTask

_PERIOD_S = 300.0


def restarts(
    task: SimTask,
    container: SimContainer,
    definition: Mapping[str, Any],
    exit_code: int,
    now_s: float,
) -> bool:
    """Return whether the container's policy restarts it, having ended with that code.

    It must have run for `restartAttemptPeriod`, by default 300 s, and the task must not stop.
    """
    policy = definition.get("restartPolicy") or {}
    since_s = task.started_s if container.restarted_s is None else container.restarted_s
    if not policy.get("enabled") or task.stopping or since_s is None:
        return False
    if exit_code in (policy.get("ignoredExitCodes") or ()):
        return False
    period = policy.get("restartAttemptPeriod")
    return now_s - since_s >= (_PERIOD_S if period is None else float(period))
