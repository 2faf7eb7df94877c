"""How a service's tasks join its target groups: when, under which address, and which group.

Source: ECS developer guide, "Amazon ECS task lifecycle" (several target groups are joined
in ACTIVATING), "Use Amazon VPC Lattice to connect, observe, and secure your Amazon ECS services";
ECS API reference, LoadBalancer and VpcLatticeConfiguration.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ecs_rules.ports import named_ports
from ecs_simulator.world import deployments, texts
from ecs_simulator.world.service_entities import SimService
from ecs_simulator.world.task_entities import SimTask

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.targets import TargetGroups


SERVES = frozenset({"healthy", "unavailable"})
"""States of targets that get requests. *Unknown*: that a service's tasks whose VPC Lattice target
group checks no health are healthy for ECS; assumed, since nothing can make them healthier."""


def join(engine: Engine, groups: TargetGroups, service: SimService) -> None:
    """Register all tasks that are ready, with one event for each group."""
    joined: Counter[str] = Counter()
    for task in service.tasks:
        if not ready(groups, service, task):
            continue
        for balancer in service.balancers(task):
            arn = group_of(balancer, alternate=task.alternate)
            address = _address(groups, task, balancer)
            if address is not None:
                task.registered.append((arn, address))
                groups.register(arn, address)
                joined[arn] += 1
        note_start(engine, task)
    for arn, count in joined.items():
        deployments.tell(engine, service, texts.registered(count, arn))


def note_start(engine: Engine, task: SimTask) -> None:
    """Draw from when a task that runs, or was registered, can count as healthy."""
    if task.registered:
        task.fit_from_s = engine.now + engine.lasts("replacement-to-stop")
        task.counts_from_s = engine.now + engine.lasts("register-to-count")
    else:
        task.fit_from_s = task.counts_from_s = engine.now + engine.lasts("run-to-count")


def ready(groups: TargetGroups, service: SimService, task: SimTask) -> bool:
    """Return whether a task can join its target groups; several are joined in ACTIVATING."""
    balancers = service.balancers(task)
    early = len(balancers) > 1 and task.revision.network_mode == "awsvpc"
    states = {"RUNNING", "ACTIVATING"} if early else {"RUNNING"}
    if not balancers or task.registered or task.stopping or task.last_status not in states:
        return False
    return all(_address(groups, task, balancer) is not None for balancer in balancers)


def group_of(balancer: dict[str, Any], *, alternate: bool) -> str:
    """Return the ARN of the target group that tasks of a side join."""
    advanced = balancer.get("advancedConfiguration") or {}
    other = advanced.get("alternateTargetGroupArn") if alternate else None
    return str(other or balancer["targetGroupArn"])


def states(groups: TargetGroups, task: SimTask) -> list[str]:
    """Return the state of each of the task's targets; empty for a removed target."""
    found = []
    for arn, address in task.registered:
        target = groups.get(arn).targets.get(address)
        found.append(target.state if target else "")
    return found


def _address(
    groups: TargetGroups, task: SimTask, balancer: dict[str, Any]
) -> tuple[str, int] | None:
    name, port = _port(task, balancer)
    if task.revision.network_mode == "awsvpc":
        group = groups.get(group_of(balancer, alternate=task.alternate))
        ip = task.ipv6 if group.address_family == "ipv6" else task.ipv4
        return (ip, port) if ip else None
    for container in task.containers:
        if container.name == name and task.instance is not None:
            for binding in container.bindings:
                if binding["containerPort"] == port:
                    return task.instance.ec2_id, int(binding["hostPort"])
    return None


def _port(task: SimTask, balancer: dict[str, Any]) -> tuple[str, int]:
    """Return the container and its port; VPC Lattice knows the port by its name."""
    if "portName" in balancer:
        return named_ports(task.revision.raw).get(balancer["portName"], ("", 0))
    return balancer["containerName"], int(balancer["containerPort"])
