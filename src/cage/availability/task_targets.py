"""Which targets a task has: its address, or its instance and the ports that it has there."""

from __future__ import annotations

from collections.abc import Callable

from cage.model.revisions import NetworkMode, Revision
from cage.model.targets import Target
from cage.model.tasks import Task
from cage.ports.ecs import TASKS_A_CALL, Ecs


def addresses(task: Task) -> tuple[str, ...]:
    """Return the IP addresses that are a task's own; none if it is on its instance's network."""
    found = (task.ipv4, *(a for c in task.containers for a in (c.ipv4, c.ipv6)))
    return tuple(dict.fromkeys(address for address in found if address))


def host_ports(task: Task, revision: Revision) -> frozenset[int]:
    """Return the ports that a task has on its instance; none where it has its own interface."""
    if revision.network_mode is NetworkMode.AWSVPC:
        return frozenset()
    ports = {b.host_port for c in task.containers for b in c.bindings}
    if revision.network_mode is NetworkMode.HOST:
        ports |= {p.container_port for c in revision.containers for p in c.ports}
    return frozenset(ports)


class Roster:
    """The running tasks that a service started itself, and the targets that they have."""

    def __init__(self, ecs: Ecs, cluster: str, service: str) -> None:
        self._ecs, self._cluster, self._service = ecs, cluster, service
        self._addresses: dict[str, tuple[str | Target, ...]] = {}
        self._instances: dict[str, str] = {}
        self._revisions: dict[str, Revision] = {}

    async def refresh(self) -> Callable[[Target], str]:
        """Return what returns the running task that has a target, by ARN; empty if none has it.

        Only tasks that are new since the last call are described: a task keeps its targets.

        Raises:
            AwsError: AWS refused, or didn't answer.
        """
        listed = await self._ecs.list_tasks(self._cluster, service=self._service)
        known = {arn: self._addresses[arn] for arn in listed if arn in self._addresses}
        new = [arn for arn in listed if arn not in known]
        for start in range(0, len(new), TASKS_A_CALL):
            some = new[start : start + TASKS_A_CALL]
            found = await self._ecs.describe_tasks(self._cluster, some)
            for arn, task in found.items():
                # ECS can show a task's address and ports only after it is RUNNING.
                if task.last_status == "RUNNING" and (own := await self._of(task)):
                    known[arn] = own
        self._addresses = known
        owners = {address: arn for arn, addresses in known.items() for address in addresses}
        return lambda target: owners.get(target) or owners.get(target.id) or ""

    async def _of(self, task: Task) -> tuple[str | Target, ...]:
        """Return a task's own addresses, and its targets on the instance that it is on."""
        arn = task.container_instance_arn
        own = addresses(task)
        if arn is None:
            return own
        if task.revision_arn not in self._revisions:
            found = await self._ecs.describe_revision(task.revision_arn)
            self._revisions[task.revision_arn] = found
        ports = host_ports(task, self._revisions[task.revision_arn])
        if ports and arn not in self._instances:
            instance = await self._ecs.find_container_instance(self._cluster, arn)
            self._instances[arn] = instance.ec2_instance_id if instance else ""
        return (*own, *(Target(self._instances[arn], port) for port in ports))
