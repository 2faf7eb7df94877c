"""A non-essential container exits.

Source: ECS API reference, ContainerDefinition, essential.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import for_each_new_task
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask


def _only_with_sidecar(stage: Stage) -> str | None:
    containers = stage.task_definition.get("containerDefinitions") or []
    if any(c.get("essential") is False for c in containers):
        return None
    return "every container is essential"


def _behave(stage: Stage, task: SimTask) -> None:
    name = next(c.name for c in task.containers if not c.essential)
    task.plan.exits.append((name, stage.world.engine.between(1, 5), 1, ""))


INCIDENT = Incident(
    name="sidecar-exit",
    family="startup",
    summary="a container that isn't essential exits",
    why="the task continues without it, as the task definition allows",
    right=PROMOTED,
    arm=for_each_new_task(_behave),
    inapplicable=_only_with_sidecar,
    order=4,
)
