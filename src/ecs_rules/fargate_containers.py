"""Settings of containers that AWS Fargate doesn't accept, or accepts within limits.

Source: ECS developer guide, "Task definition differences for Fargate"; API reference,
LinuxParameters, KernelCapabilities and ContainerDefinition.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import CLIENT, Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import Shape, Spot, containers, fargate_spot
from ecs_rules.values import show

_NEVER = ("disableNetworking", "dnsSearchDomains", "dnsServers")
_LINUX = ("maxSwap", "sharedMemorySize", "swappiness")
_CAPABILITY = "SYS_PTRACE"
_LEAST_START_S, _MOST_START_S = 2, 120


@rule("RegisterTaskDefinition")
def settings(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Fargate has its own DNS and no swap. ECS's texts are *unknown*."""
    why = fargate_spot(service, task_definition)
    if why is None:
        return
    for spot, container in containers(task_definition):
        linux, at = container.get("linuxParameters") or {}, spot.at("linuxParameters")
        given = [(spot.at(key), key, container.get(key)) for key in _NEVER]
        given += [(at.at(key), key, linux.get(key)) for key in _LINUX]
        for where, key, value in given:
            if value not in (None, False, [], ""):
                text = f"Tasks using the Fargate launch type do not support {key}."
                message = f"Fargate doesn't accept {key}"
                yield breach(where, message, "Remove it", why, text=text, code=CLIENT)
        yield from _start(container, spot, why)


def _start(container: Shape, spot: Spot, why: Spot) -> Iterator[Breach]:
    seconds = container.get("startTimeout")
    if seconds is not None and not _LEAST_START_S <= seconds <= _MOST_START_S:
        range_ = f"{_LEAST_START_S} to {_MOST_START_S}"
        text = f"startTimeout must be from {range_} seconds for tasks on Fargate."
        message = f"Fargate has no startTimeout of {show(seconds)} s"
        yield breach(spot.at("startTimeout"), message, f"Use {range_}", why, text=text, code=CLIENT)


@rule("RegisterTaskDefinition")
def capabilities(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """The only capability that Fargate adds is SYS_PTRACE. ECS's text is *unknown*."""
    why = fargate_spot(service, task_definition)
    if why is None:
        return
    for spot, container in containers(task_definition):
        given = (container.get("linuxParameters") or {}).get("capabilities") or {}
        for index, name in enumerate(given.get("add") or ()):
            if name and name.removeprefix("CAP_") != _CAPABILITY:
                where = spot.at("linuxParameters", "capabilities", "add", index)
                text = f"Fargate only supports adding the capability {_CAPABILITY}."
                message = f"Fargate doesn't add the capability {show(name)}"
                fix = f"Remove it: only {_CAPABILITY} can be added"
                yield breach(where, message, fix, why, text=text, code=CLIENT)
