"""The agents of the container instances are not connected.

Source: ECS developer guide, "API failure reasons", AGENT.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_fixed_instances
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    for instance in stage.world.clusters[stage.cluster]:
        instance.connected = False
        stage.world.engine.touch("instance", instance.arn, instance)


INCIDENT = Incident(
    name="agent-disconnected",
    family="capacity",
    summary="no container instance has a connected agent",
    why="no task can be started there",
    right=ABORTED,
    arm=_arm,
    inapplicable=needs_fixed_instances,
    order=4,
)
