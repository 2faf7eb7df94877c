"""Task sets: the tasks of a service whose deployment controller is EXTERNAL.

Sources: ECS API reference, CreateTaskSet and TaskSet; ECS developer guide, "Deploy Amazon ECS
services using a third-party controller".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ecs_simulator.world.service_entities import (
    SimDeployment,
    SimService,
    SimServiceDeployment,
    SimServiceRevision,
    SimTaskSet,
)
from ecs_simulator.world.task_entities import SimRevision

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.scheduler import Scheduler


def create(
    engine: Engine, service: SimService, revision: SimRevision, settings: dict[str, Any]
) -> SimTaskSet:
    """Add a task set to a service; it is ACTIVE until someone makes it PRIMARY.

    Args:
        settings: CreateTaskSet's parameters.
    """
    target = SimServiceRevision("", revision, settings, engine.now)
    record = SimServiceDeployment("", target, [], {}, engine.now, engine.now)
    name = f"ecs-svc/{engine.digits()}"
    tasks = SimDeployment(name, revision, target, record, engine.now, engine.now, status="ACTIVE")
    made = SimTaskSet(tasks, float((settings.get("scale") or {}).get("value") or 0.0))
    service.task_sets.append(made)
    return made


def computed(service: SimService, task_set: SimTaskSet) -> int:
    """Return how many tasks a task set wants: its share of the desired count, rounded up."""
    if task_set.tasks.status == "DRAINING":
        return 0
    return math.ceil(round(service.desired * task_set.scale / 100, 6))


def work(scheduler: Scheduler, service: SimService) -> None:
    """Start and stop tasks until each task set has as many as it wants.

    A task that fails its health checks is stopped, then replaced.
    """
    for task_set in list(service.task_sets):
        tasks = [t for t in service.tasks if t.deployment_id == task_set.tasks.id]
        for task in [t for t in tasks if t.condemned and not t.stopping]:
            scheduler.stop(service, [task], task.condemned)
        alive = [t for t in tasks if not t.stopping]
        wanted = computed(service, task_set)
        scheduler.launch(service, task_set.tasks, wanted - len(alive))
        if len(alive) > wanted:
            reason = f"Scaling activity initiated by (task set {task_set.tasks.id})"
            scheduler.stop(service, alive[wanted:], reason)
        if task_set.tasks.status == "DRAINING" and not tasks:
            service.task_sets.remove(task_set)
