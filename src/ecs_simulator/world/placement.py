"""A task's needs of an EC2 instance, and whether an instance meets them.

Source: ECS developer guide, "API failure reasons" (RESOURCE:CPU, RESOURCE:MEMORY, …).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from typing import Any

from ecs_rules.size import cpu_units, memory_mib
from ecs_simulator.world.task_entities import SimContainer, SimInstance, SimRevision


@dataclasses.dataclass(frozen=True, slots=True)
class Needs:
    """CPU units, MiB of memory, fixed host ports and network interfaces."""

    cpu: int
    memory: int
    ports: frozenset[int]
    enis: int = 0


def needs(revision: SimRevision) -> Needs:
    """Return what a task of this revision needs."""
    raw = revision.raw
    cpu = cpu_units(str(raw.get("cpu") or "")) or sum(
        int(c.get("cpu") or 0) for c in revision.containers
    )
    memory = memory_mib(str(raw.get("memory") or "")) or sum(
        int(c.get("memoryReservation") or c.get("memory") or 0) for c in revision.containers
    )
    ports: set[int] = set()
    if revision.network_mode in {"bridge", "host"}:
        for container in revision.containers:
            for mapping in container.get("portMappings") or []:
                fixed = int(mapping.get("hostPort") or 0)
                if not fixed and revision.network_mode == "host":
                    fixed = int(mapping["containerPort"])
                if fixed:
                    ports.add(fixed)
    enis = 1 if revision.network_mode == "awsvpc" else 0
    return Needs(cpu, memory, frozenset(ports), enis)


def refusal(instance: SimInstance, needed: Needs) -> str | None:
    """Return ECS's reason why the instance can't accept the task; None if it can."""
    if instance.status != "ACTIVE":
        return "INACTIVE"
    if not instance.connected:
        return "AGENT"
    if instance.cpu < needed.cpu:
        return "RESOURCE:CPU"
    if instance.memory < needed.memory:
        return "RESOURCE:MEMORY"
    if instance.ports & needed.ports:
        return "RESOURCE:PORTS"
    if instance.enis < needed.enis:
        return "RESOURCE:ENI"
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why no instance accepts a task.

    Attributes:
        reason: ECS's code, such as `RESOURCE:CPU`; AGENT if no instance exists.
        closest: The id of the instance that came nearest; empty if no instance exists.
    """

    reason: str
    closest: str = ""


def choose(
    instances: Sequence[SimInstance],
    needed: Needs,
    taken: Collection[str] = (),
    strategy: Sequence[dict[str, Any]] = (),
) -> SimInstance | Refusal:
    """Return the instance that the placement strategy prefers, or why the nearest doesn't fit.

    Without a strategy, tasks are spread: the most memory left comes first. Of the constraints,
    the caller handles `distinctInstance`; the instances are assumed to fulfill a `memberOf`.
    *Unknown*: which instance ECS calls the closest. Assumed to be the last that was tried.

    Args:
        taken: Ids of the instances that must not be used.
    """
    refused = Refusal("AGENT")
    open_ones = [i for i in instances if i.status == "ACTIVE" and i.id not in taken]
    field = next((str(s.get("field")) for s in strategy if s.get("type") == "binpack"), "")
    if field in {"cpu", "memory"}:
        open_ones.sort(key=lambda i: (getattr(i, field), -i.memory))
    else:
        open_ones.sort(key=lambda i: -i.memory)
    for instance in open_ones:
        reason = refusal(instance, needed)
        if reason is None:
            return instance
        refused = Refusal(reason, instance.id)
    return refused


def take(instance: SimInstance, needed: Needs) -> None:
    """Reserve what the task needs."""
    instance.cpu -= needed.cpu
    instance.memory -= needed.memory
    instance.ports |= needed.ports
    instance.enis -= needed.enis


def release(instance: SimInstance, needed: Needs) -> None:
    """Release what the task reserved."""
    instance.cpu += needed.cpu
    instance.memory += needed.memory
    instance.ports -= needed.ports
    instance.enis += needed.enis


def bind(
    revision: SimRevision, instance: SimInstance | None, containers: list[SimContainer]
) -> None:
    """Give each container its network bindings, dynamic ports included (bridge and host)."""
    if instance is None or revision.network_mode not in {"bridge", "host"}:
        return
    for container, definition in zip(containers, revision.containers, strict=True):
        for mapping in definition.get("portMappings") or []:
            port = int(mapping["containerPort"])
            host = int(mapping.get("hostPort") or 0)
            if revision.network_mode == "host":
                host = port
            elif not host:
                host = instance.next_port
                instance.next_port += 1
            container.bindings.append(
                {
                    "bindIP": "0.0.0.0",  # noqa: S104  what ECS shows
                    "containerPort": port,
                    "hostPort": host,
                    "protocol": mapping.get("protocol") or "tcp",
                }
            )
