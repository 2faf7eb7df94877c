"""There is capacity for the canary, but not for the service's own new tasks.

Source: ECS developer guide, "Amazon ECS service event messages", was unable to place a task.
"""

from __future__ import annotations

from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.stage import Stage


def _only_on_fargate(stage: Stage) -> str | None:
    if not stage.service.desired:
        return "the service wants no task"
    raw = stage.service.raw
    return None if stage.world.launch_type_of(raw) == "FARGATE" else "it doesn't run on Fargate"


def _arm(stage: Stage) -> None:
    stage.world.fargate_capacity = lambda _revision, group: not group.startswith("service:")


INCIDENT = Incident(
    name="capacity-runs-out",
    family="capacity",
    summary="there is room for the canary only",
    why="ECS continues the deployment, or its circuit breaker rolls it back if there is room",
    right=frozenset({"StillFinishing", "RolledBack", "Unproven"}),
    arm=_arm,
    inapplicable=_only_on_fargate,
    hurts_running_tasks=True,
    order=2,
)
