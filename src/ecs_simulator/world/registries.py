"""Service registries: what Cloud Map knows of a service's tasks.

Source: ECS developer guide, "Use service discovery to connect Amazon ECS services with DNS
names": tasks are registered as instances while they run, under their own id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecs_simulator.world.service_entities import SimService
from ecs_simulator.world.task_entities import SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

Changed = Callable[[str, str, dict[str, str] | None], None]
"""Called with a registry's ARN, an instance's id, and its attributes; None: it left."""


class Registries:
    """The instances of all Cloud Map services that services name.

    Attributes:
        instances: By the registry's ARN, then by the instance's id: its attributes.
        watchers: Called for every instance that comes or goes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.instances: dict[str, dict[str, dict[str, str]]] = {}
        self.watchers: list[Changed] = []

    def follow(self, service: SimService, task: SimTask) -> None:
        """Register a task's instance when the task runs; deregister it when it begins to stop."""
        for registry in service.raw.get("serviceRegistries") or []:
            arn = str(registry["registryArn"])
            known = self.instances.setdefault(arn, {})
            attributes = _attributes(service, task, registry)
            wanted = task.last_status == "RUNNING" and not task.stopping and attributes
            if wanted and task.id not in known:
                known[task.id] = attributes
                self._tell(arn, task.id, attributes)
            elif task.stopping and task.id in known:
                del known[task.id]
                self._tell(arn, task.id, None)

    def _tell(self, arn: str, instance_id: str, attributes: dict[str, str] | None) -> None:
        what = "instance deregistered" if attributes is None else "instance registered"
        self._engine.note(what, f"{arn.rpartition('/')[2]} {instance_id}")
        for watcher in self.watchers:
            watcher(arn, instance_id, attributes)


def _attributes(service: SimService, task: SimTask, registry: dict[str, Any]) -> dict[str, str]:
    """Return a task's attributes in Cloud Map; empty until it has its address and port."""
    found = {
        "ECS_CLUSTER_NAME": service.cluster,
        "ECS_SERVICE_NAME": service.name,
        "ECS_TASK_DEFINITION_FAMILY": task.revision.family,
    }
    port = registry.get("port")
    if task.revision.network_mode == "awsvpc":
        port = port or registry.get("containerPort")
        if not task.ipv4:
            return {}
        found["AWS_INSTANCE_IPV4"] = task.ipv4
    else:
        binding = _binding(task, registry)
        if binding is None:
            return {}
        port = binding["hostPort"]
        found["EC2_INSTANCE_ID"] = task.instance.ec2_id if task.instance else ""
    if port:
        found["AWS_INSTANCE_PORT"] = str(port)
    return found


def _binding(task: SimTask, registry: dict[str, Any]) -> dict[str, Any] | None:
    for container in task.containers:
        if container.name == registry.get("containerName"):
            for binding in container.bindings:
                if binding["containerPort"] == registry.get("containerPort"):
                    return binding
    return None
