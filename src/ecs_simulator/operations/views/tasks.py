"""How tasks are shown.

Source: the examples of the AWS CLI's `describe-tasks` and `run-task`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecs_simulator.operations.times import stamp
from ecs_simulator.operations.views import filled
from ecs_simulator.world import World, placement
from ecs_simulator.world.task_entities import ACCOUNT, SimContainer, SimTask

_EXEC = "ExecuteCommandAgent"
_ATTRIBUTES = [{"name": "ecs.cpu-architecture", "value": "x86_64"}]
_STORAGE = {"sizeInGiB": 20}
_COUNTED = ("PENDING", "RUNNING", "DEACTIVATING", "DEPROVISIONING", "STOPPED")
"""The states that increase a task's version: 3 while the task runs, as in the examples."""

_MOMENTS = (
    ("connectivityAt", "PENDING"),
    ("pullStartedAt", "PENDING"),
    ("pullStoppedAt", "ACTIVATING"),
    ("startedAt", "RUNNING"),
    ("stoppingAt", "DEACTIVATING"),
    ("stoppedAt", "STOPPED"),
)


def task(world: World, task: SimTask) -> dict[str, Any]:
    """Return a task as the API shows it, with its tags."""
    shown: dict[str, Any] = {
        "taskArn": task.arn,
        "clusterArn": f"arn:aws:ecs:{world.region}:{ACCOUNT}:cluster/{task.cluster}",
        "taskDefinitionArn": task.revision.arn,
        "group": task.group,
        "launchType": task.launch_type,
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "healthStatus": task.health,
        "createdAt": stamp(task.created_s),
        "containers": [_container(world, task, c, d) for c, d in _with_definitions(task)],
        "attachments": _attachments(task),
        "attributes": _ATTRIBUTES,
        "enableExecuteCommand": task.may_execute,
        "overrides": _overrides(task),
        "tags": [{"key": k, "value": v} for k, v in task.tags.items()],
        "version": 1 + sum(state in task.entered for state in _COUNTED),
        **_size(task),
        **_moments(task),
    }
    optional = {
        "startedBy": task.started_by,
        "containerInstanceArn": task.instance.arn if task.instance else "",
        "capacityProviderName": task.capacity_provider,
        "availabilityZone": task.zone,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
    }
    shown.update({k: v for k, v in optional.items() if v})
    if task.launch_type == "FARGATE":
        shown["platformVersion"] = filled.platform(task.platform_version)
        shown["platformFamily"] = "Linux"
        storage = task.revision.raw.get("ephemeralStorage") or _STORAGE
        shown |= {"ephemeralStorage": storage, "fargateEphemeralStorage": storage}
    return shown


def _with_definitions(task: SimTask) -> Iterator[tuple[SimContainer, dict[str, Any]]]:
    return zip(task.containers, task.revision.containers, strict=True)


def _size(task: SimTask) -> dict[str, str]:
    """Return the task's size: what its definition says, or what its containers need."""
    needs = placement.needs(task.revision)
    return {"cpu": str(needs.cpu), "memory": str(needs.memory)}


def _overrides(task: SimTask) -> dict[str, Any]:
    """Return the overrides; ECS names every container, overridden or not."""
    given = {o.get("name"): o for o in task.overrides.get("containerOverrides") or []}
    named = [given.get(c.name) or {"name": c.name} for c in task.containers]
    return {"inferenceAcceleratorOverrides": [], **task.overrides, "containerOverrides": named}


def _moments(task: SimTask) -> dict[str, Any]:
    """Return when each thing happened to the task; moments that haven't come are left out."""
    entered = task.entered
    shown: dict[str, Any] = {}
    for field, state in _MOMENTS:
        if state in entered:
            shown[field] = stamp(entered[state])
    if "connectivityAt" in shown:
        shown["connectivity"] = "CONNECTED"
    if task.started_s is not None and "STOPPING" in entered:
        shown["executionStoppedAt"] = stamp(entered.get("DEPROVISIONING", entered["STOPPING"]))
    return shown


def _container(
    world: World, task: SimTask, container: SimContainer, definition: dict[str, Any]
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "containerArn": f"{task.arn.replace(':task/', ':container/')}/{container.name}",
        "name": container.name,
        "image": container.image,
        "taskArn": task.arn,
        "lastStatus": container.last_status,
        "healthStatus": container.health,
        "networkBindings": list(container.bindings),
        "networkInterfaces": [],
        "cpu": str(definition.get("cpu") or 0),
    }
    for size in ("memory", "memoryReservation"):
        if definition.get(size):
            shown[size] = str(definition[size])
    if task.may_execute and task.started_s is not None:
        status = "RUNNING" if container.last_status == "RUNNING" else "STOPPED"
        agent = {"lastStartedAt": stamp(task.started_s), "name": _EXEC, "lastStatus": status}
        shown["managedAgents"] = [agent]
    if task.reached_running:
        shown["runtimeId"] = f"{task.id}-{container.name}"
    if container.digest:
        shown["imageDigest"] = container.digest
    if container.exit_code is not None:
        shown["exitCode"] = container.exit_code
    if container.reason:
        shown["reason"] = container.reason
    if task.eni_shown:
        interface = {
            "attachmentId": attachment_id(task),
            "privateIpv4Address": task.ipv4,
        }
        if world.groups.dual_stack:
            interface["ipv6Address"] = task.ipv6
        shown["networkInterfaces"] = [interface]
    return shown


def attachment_id(task: SimTask) -> str:
    """Return the id of a task's network interface as an attachment."""
    return f"attachment-{task.id[:8]}"


def _attachments(task: SimTask) -> list[dict[str, Any]]:
    if task.revision.network_mode != "awsvpc":
        return []
    details = []
    if task.eni_shown:
        details = [
            {"name": "subnetId", "value": task.subnet or "subnet-1"},
            {"name": "networkInterfaceId", "value": f"eni-{task.id[:17]}"},
            {"name": "macAddress", "value": _mac(task.ipv4)},
            {"name": "privateDnsName", "value": f"ip-{task.ipv4.replace('.', '-')}.ec2.internal"},
            {"name": "privateIPv4Address", "value": task.ipv4},
        ]
    status = "ATTACHED" if task.eni_shown else "PRECREATED"
    return [
        {
            "id": attachment_id(task),
            "type": "ElasticNetworkInterface",
            "status": status,
            "details": details,
        }
    ]


def _mac(ipv4: str) -> str:
    """Return an address of the interface's own."""
    return "0a:00:" + ":".join(f"{int(part):02x}" for part in ipv4.split("."))
