"""How container instances are shown.

Source: the examples of the AWS CLI's `describe-container-instances`; ECS API reference,
ContainerInstance; ECS developer guide, "Define which container instances Amazon ECS uses for
tasks" (the attributes that ECS sets).
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.times import stamp
from ecs_simulator.world import World
from ecs_simulator.world.task_entities import SimInstance

_RESERVED_PORTS = ("22", "2375", "2376", "51678")


def instance(world: World, instance: SimInstance) -> dict[str, Any]:
    """Return a container instance as the API shows it, with its tags."""
    tasks = [
        task
        for task in world.tasks.all.values()
        if task.instance is instance and task.stopped_s is None
    ]
    ports = {*_RESERVED_PORTS, *(str(port) for port in instance.ports)}
    shown: dict[str, Any] = {
        "containerInstanceArn": instance.arn,
        "ec2InstanceId": instance.ec2_id,
        "status": instance.status,
        "agentConnected": instance.connected,
        "versionInfo": {"agentVersion": instance.agent} if instance.agent else {},
        "registeredResources": _resources(*instance.registered, _RESERVED_PORTS),
        "remainingResources": _resources(instance.cpu, instance.memory, sorted(ports)),
        "runningTasksCount": sum(task.last_status == "RUNNING" for task in tasks),
        "pendingTasksCount": sum(task.last_status == "PENDING" for task in tasks),
        "attributes": attributes(instance),
        "registeredAt": stamp(instance.joined_s),
        "attachments": [],
        "tags": [{"key": key, "value": value} for key, value in instance.tags.items()],
    }
    if instance.agent_update:
        shown["agentUpdateStatus"] = instance.agent_update
    return shown


def attributes(instance: SimInstance) -> list[dict[str, str]]:
    """Return an instance's attributes: ECS's own and the custom ones."""
    named: dict[str, str | None] = {
        "ecs.availability-zone": instance.zone,
        "ecs.cpu-architecture": "x86_64",
        "ecs.os-type": "linux",
        **instance.attributes,
    }
    return [{"name": n} if v is None else {"name": n, "value": v} for n, v in named.items()]


def _resources(cpu: int, memory: int, ports: Any) -> list[dict[str, Any]]:
    numbers = [
        {
            "name": name,
            "type": "INTEGER",
            "doubleValue": 0.0,
            "longValue": 0,
            "integerValue": amount,
        }
        for name, amount in (("CPU", cpu), ("MEMORY", memory))
    ]
    return [
        *numbers,
        {
            "name": "PORTS",
            "type": "STRINGSET",
            "doubleValue": 0.0,
            "longValue": 0,
            "integerValue": 0,
            "stringSetValue": list(ports),
        },
    ]
