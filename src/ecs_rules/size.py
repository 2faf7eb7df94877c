"""How much a task requests, and how large its definition is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ecs_rules import request
from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import TASK, Shape, Spot
from ecs_rules.values import show

MOST_BYTES = 64 * 1024
MOST_CONTAINERS = 10
UNITS_PER_VCPU = 1024
_MIB_PER_GIB = 1024
_LEAST_MIB = 4
_AMOUNT = re.compile(r"\s*([0-9]{0,7}\.?[0-9]{1,7})\s*([A-Za-z]*)\s*")


def cpu_units(text: str) -> int | None:
    """Return a task's cpu in CPU units, from `256` or `.25 vCPU`; None for anything else."""
    return _amount(text, "vcpu", UNITS_PER_VCPU)


def memory_mib(text: str) -> int | None:
    """Return a task's memory in MiB, from `512` or `0.5 GB`; None for anything else."""
    return _amount(text, "gb", _MIB_PER_GIB)


def _amount(text: str, unit: str, factor: int) -> int | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    amount = float(found[1])
    if found[2].lower() == unit:
        return round(amount * factor)
    return int(amount) if not found[2] and amount.is_integer() else None


@rule()
def task_definition(_service: Shape, task: Shape) -> Iterator[Breach]:
    """A task definition is at most 64 KiB. Source: ECS service quotas."""
    length = len(json.dumps(task, separators=(",", ":"), ensure_ascii=False).encode())
    if length > MOST_BYTES:
        yield breach(
            TASK,
            f"the task definition is {length} bytes long; ECS accepts at most {MOST_BYTES}",
            "Move long values to environment files, secrets or the image",
        )


@rule()
def containers(_service: Shape, task: Shape) -> Iterator[Breach]:
    """A task definition has at most 10 containers. Source: ECS service quotas."""
    count = len(task.get("containerDefinitions") or ())
    if count > MOST_CONTAINERS:
        yield breach(
            TASK.at("containerDefinitions"),
            f"found {count} containers; ECS accepts at most {MOST_CONTAINERS}",
            "Split the task",
        )


@rule()
def memory(_service: Shape, task: Shape) -> Iterator[Breach]:
    """Memory and cpu of the containers fit together, and into the task.

    Source: API reference, ContainerDefinition, memory, memoryReservation and cpu.
    """
    for spot, container in request.containers(task):
        hard, soft = container.get("memory"), container.get("memoryReservation")
        if hard is None and soft is None and "memory" not in task:
            yield breach(
                spot,
                "memory is missing: of the container, its memoryReservation, or of the task",
                "Set one of them",
                TASK.at("memory"),
                spot.at("memory"),
                spot.at("memoryReservation"),
            )
        for key, value in (("memory", hard), ("memoryReservation", soft)):
            if value is not None and value < _LEAST_MIB:
                yield breach(
                    spot.at(key), f"{show(value)} MiB is too little", "Remove it, or give more"
                )
        if hard is not None and soft is not None and hard < soft:
            yield breach(
                spot.at("memoryReservation"),
                f"{show(soft)} MiB is more than memory, {show(hard)} MiB",
                "Reserve no more than the limit",
                spot.at("memory"),
            )
    yield from _whole(task)


def _whole(task: Shape) -> Iterator[Breach]:
    """The containers' requests together must not exceed the task's size."""
    for key, read, unit in (("memory", memory_mib, "MiB"), ("cpu", cpu_units, "CPU units")):
        if key not in task:
            continue
        limit = read(task[key])
        if limit is None:
            yield breach(
                TASK.at(key),
                f"{show(task[key])} is not an amount of {key}",
                'Write "256" or "0.25 vCPU"' if key == "cpu" else 'Write "512" or "0.5 GB"',
            )
            continue
        keys = (key, "memoryReservation") if key == "memory" else (key,)
        asked, too_much = _asked(task, *keys), False
        for spot, amount in asked:
            if amount > limit:
                too_much = True
                message = f"{show(amount)} {unit} is more than the task's {show(task[key])}"
                yield breach(spot, message, "Ask for less", TASK.at(key))
        reserved = sum(amount for _, amount in _asked(task, *reversed(keys)))
        if reserved > limit and not too_much:
            message = f"the containers ask for more {key} together than the task has"
            yield breach(TASK.at(key), message, "Give the task more", *(spot for spot, _ in asked))


def _asked(task: Shape, *keys: str) -> list[tuple[Spot, int]]:
    """Return what each container asks for by the first of these keys that it has."""
    return [
        next(((spot.at(key), one[key]) for key in keys if one.get(key)), (spot.at(keys[0]), 0))
        for spot, one in request.containers(task)
    ]
