"""How tasks are shown."""

from __future__ import annotations

from typing import Any

from cage.simulator.operations.times import stamp
from cage.simulator.world import World
from cage.simulator.world.things import SimContainer, SimTask


def task(world: World, task: SimTask) -> dict[str, Any]:
    """Return a task as the API shows it, with its tags."""
    shown: dict[str, Any] = {
        "taskArn": task.arn,
        "clusterArn": f"arn:aws:ecs:{world.region}:123456789012:cluster/{task.cluster}",
        "taskDefinitionArn": task.revision.arn,
        "group": task.group,
        "startedBy": task.started_by,
        "launchType": task.launch_type,
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "healthStatus": task.health,
        "createdAt": stamp(task.created_s),
        "containers": [_container(task, c) for c in task.containers],
        "attachments": _attachments(task),
        "overrides": task.overrides,
        "tags": [{"key": k, "value": v} for k, v in task.tags.items()],
    }
    optional = {
        "containerInstanceArn": task.instance.arn if task.instance else "",
        "capacityProviderName": task.capacity_provider,
        "availabilityZone": task.zone,
        "platformVersion": task.platform_version,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
        "startedAt": stamp(task.started_s) if task.started_s is not None else None,
        "stoppedAt": stamp(task.stopped_s) if task.stopped_s is not None else None,
    }
    shown.update({k: v for k, v in optional.items() if v})
    return shown


def _container(task: SimTask, container: SimContainer) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": container.name,
        "image": container.image,
        "taskArn": task.arn,
        "lastStatus": container.last_status,
        "healthStatus": container.health,
        "networkBindings": list(container.bindings),
        "networkInterfaces": [],
    }
    if container.exit_code is not None:
        shown["exitCode"] = container.exit_code
    if container.reason:
        shown["reason"] = container.reason
    if task.eni_shown:
        shown["networkInterfaces"] = [
            {
                "attachmentId": f"attachment-{task.id[:8]}",
                "privateIpv4Address": task.ipv4,
                "ipv6Address": task.ipv6,
            }
        ]
    return shown


def _attachments(task: SimTask) -> list[dict[str, Any]]:
    if task.revision.network_mode != "awsvpc":
        return []
    details = []
    if task.eni_shown:
        details = [
            {"name": "subnetId", "value": task.subnet or "subnet-1"},
            {"name": "networkInterfaceId", "value": f"eni-{task.id[:17]}"},
            {"name": "privateIPv4Address", "value": task.ipv4},
        ]
    status = "ATTACHED" if task.eni_shown else "PRECREATED"
    return [
        {
            "id": f"attachment-{task.id[:8]}",
            "type": "ElasticNetworkInterface",
            "status": status,
            "details": details,
        }
    ]
