"""The instance that runs the canary is terminated.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages", host EC2 instance
terminated.
"""

from __future__ import annotations

from cage.model.events import CanaryStarted
from cage.rehearsal.incidents.conditions import needs_instances
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import Incident
from cage.rehearsal.incidents.triggers import once_told
from cage.rehearsal.stage import Stage
from ecs_simulator.world import hosts


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        if task.instance in stage.world.clusters[stage.cluster]:
            hosts.lose(stage.world, stage.cluster, task.instance)


INCIDENT = Incident(
    name="instance-lost",
    family="infrastructure",
    summary="the instance that runs the canary is terminated",
    why="another canary is started elsewhere; without other instances none can run",
    right=frozenset({"Aborted", "Promoted"}),
    arm=once_told(lambda event: isinstance(event, CanaryStarted), lambda _: 8.0, _do),
    inapplicable=needs_instances,
    hurts_running_tasks=True,
    order=1,
)
