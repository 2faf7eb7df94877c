"""How container instances are shown."""

from __future__ import annotations

from typing import Any

from ecs_simulator.world.task_entities import SimInstance


def instance(instance: SimInstance) -> dict[str, Any]:
    """Return a container instance as the API shows it."""
    return {
        "containerInstanceArn": instance.arn,
        "ec2InstanceId": instance.ec2_id,
        "status": instance.status,
        "agentConnected": instance.connected,
    }
