"""Tasks that are unhealthy, that failed, and how long ECS then waits with the next one.

Sources: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures",
"Service throttle logic".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecs_simulator.world import texts
from ecs_simulator.world.service_entities import SimService
from ecs_simulator.world.task_entities import SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.targets import TargetGroups

_LONGEST_PAUSE_S = 1620.0
"""27 minutes."""

_THROTTLED_AFTER = 3


def condemn(
    engine: Engine, groups: TargetGroups, service: SimService, task: SimTask
) -> float | None:
    """Condemn a task that has been unhealthy for long enough; return when to look again, if so."""
    if task.started_s is None:
        return None
    found = _ails(groups, task)
    if found is None:
        task.unwell_until_s = None
        return None
    if task.unwell_until_s is None:
        grace_s = float(service.raw.get("healthCheckGracePeriodSeconds") or 0)
        due_s = engine.now + engine.lasts("replace-unhealthy")
        task.unwell_until_s = max(due_s, task.started_s + grace_s)
    if engine.now < task.unwell_until_s:
        return task.unwell_until_s
    task.condemned, task.complaint = found
    return None


def _ails(groups: TargetGroups, task: SimTask) -> tuple[str, str] | None:
    """Return why a task is unhealthy: its stopped reason, and the event; None: it isn't."""
    if task.health == "UNHEALTHY":
        return "Task failed container health checks", texts.unhealthy_container(task.id)
    for arn, address in task.registered:
        target = groups.get(arn).targets.get(address)
        if target is not None and target.state == "unhealthy":
            text = texts.unhealthy_target(task.id, address[1], arn, target.description)
            return f"Task failed ELB health checks in (target-group {arn})", text
    return None


def failed(service: SimService, task: SimTask) -> bool:
    """Return whether a task that stops failed to start, or failed its checks.

    Before RUNNING each failure counts, then those of load balancers', Cloud Map's and container
    health checks. *Unknown*: whether a task counts that exits after RUNNING and before it was
    ever healthy. Assumed to count if it has a check, which it then fails: without any,
    failedTasks stayed 0 for an hour (aws/copilot-cli issue 1879).
    """
    if "health checks" in task.stopped_reason:
        return True
    checked = bool(service.balancers(task)) or task.revision.has_health_check
    exited = task.stop_code == "EssentialContainerExited" and checked
    return not task.was_healthy and (exited or task.stop_code == "TaskFailedToStart")


def pause_s(engine: Engine, failures: int) -> float:
    """Return how long no task is started after so many failed starts in a row."""
    if failures < _THROTTLED_AFTER:
        return engine.lasts("failed-start-to-next")
    longer = 2.0 ** (failures - _THROTTLED_AFTER)
    return min(_LONGEST_PAUSE_S, longer * engine.lasts("throttled-start"))
