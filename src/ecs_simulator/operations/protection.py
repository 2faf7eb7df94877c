"""Task protection: get and update.

Source: ECS API reference, UpdateTaskProtection and GetTaskProtection; ECS developer guide,
"Amazon ECS API failure reasons" (TASK_NOT_VALID, MISSING).
"""

from __future__ import annotations

import functools
from typing import Any

from ecs_simulator.operations.limits import at_most
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import World
from ecs_simulator.world.task_entities import SimTask

_USUAL_MINUTES = 120
_MOST_MINUTES = 2880
_MOST_TASKS = 10
_MOST_ASKED = 100


def update_task_protection(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Protect service tasks from scaling in and deployments, for a while, or end the protection."""
    at_most(_MOST_TASKS, params["tasks"], "tasks")
    minutes = params.get("expiresInMinutes")
    minutes = _USUAL_MINUTES if minutes is None else int(minutes)
    if not 1 <= minutes <= _MOST_MINUTES:
        raise invalid(f"expiresInMinutes must be between 1 and {_MOST_MINUTES}.")
    found, failures = _find(world, params)
    for task in found:
        lasts_s = 60.0 * minutes if params["protectionEnabled"] else 0.0
        task.protected_until_s = world.now + lasts_s
        service = world.service_of(task)
        if service is not None:
            world.engine.after(lasts_s + 0.1, functools.partial(world.scheduler.poke, service))
    return {"protectedTasks": [_shown(world, t) for t in found], "failures": failures}


def get_task_protection(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Report which of the given service tasks, or all of a cluster's, are protected."""
    at_most(_MOST_ASKED, params.get("tasks") or [], "tasks")
    found, failures = _find(world, params)
    return {"protectedTasks": [_shown(world, t) for t in found], "failures": failures}


def _find(world: World, params: dict[str, Any]) -> tuple[list[SimTask], list[dict[str, str]]]:
    cluster = world.cluster(params.get("cluster"))
    names = params.get("tasks") or [
        t.arn for t in world.tasks.all.values() if t.cluster == cluster and world.service_of(t)
    ]
    found, failures = [], []
    for name in names:
        task = next((t for t in world.tasks.all.values() if name in {t.arn, t.id}), None)
        if task is None or task.cluster != cluster or task.stopped_s is not None:
            failures.append({"arn": name, "reason": "MISSING"})
        elif world.service_of(task) is None or task.stopping:
            failures.append({"arn": task.arn, "reason": "TASK_NOT_VALID"})
        else:
            found.append(task)
    return found, failures


def _shown(world: World, task: SimTask) -> dict[str, Any]:
    protected = task.protected_until_s > world.now
    shown: dict[str, Any] = {"taskArn": task.arn, "protectionEnabled": protected}
    if protected:
        shown["expirationDate"] = stamp(task.protected_until_s)
    return shown
