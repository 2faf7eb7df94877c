"""Settings of a whole task, and what only some platforms have.

Source: API reference, RegisterTaskDefinition. ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import CLIENT, Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.fargate import windows
from ecs_rules.request import SERVICE, TASK, Shape, containers, fargate_spot
from ecs_rules.size import cpu_units
from ecs_rules.values import show

_LEAST_CPU, _MOST_CPU = 128, 196608
_NOT_ON_WINDOWS = ("disableNetworking", "dnsSearchDomains", "dnsServers", "extraHosts", "ulimits")


@rule("RegisterTaskDefinition")
def cpu(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A task has between an eighth of a vCPU and 192 vCPUs."""
    units = cpu_units(task_definition.get("cpu") or "")
    if units is not None and not _LEAST_CPU <= units <= _MOST_CPU:
        text = f"Invalid 'cpu' setting for task: use {_LEAST_CPU} to {_MOST_CPU} CPU units."
        message = f"{show(task_definition['cpu'])} is out of range for a task's cpu"
        fix = f"Use {_LEAST_CPU} to {_MOST_CPU} CPU units"
        yield breach(TASK.at("cpu"), message, fix, text=text, code=CLIENT)


@rule()
def on_windows(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Windows containers lack some settings of Linux.

    Source: API reference, ContainerDefinition.
    """
    why = windows(task_definition)
    if why is None:
        return
    for key in ("ipcMode", "pidMode"):
        if task_definition.get(key):
            yield breach(TASK.at(key), f"Windows doesn't accept {key}", "Remove it", why)
    for spot, container in containers(task_definition):
        for key in _NOT_ON_WINDOWS:
            if container.get(key):
                message = f"Windows containers don't accept {key}"
                yield breach(spot.at(key), message, "Remove it", why)


@rule()
def trusted_execution(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Trusted execution is only for Managed Instances.

    Source: API reference, RegisterTaskDefinition, trustedExecutionConfiguration, and
    TrustedExecutionConfiguration.
    """
    given = task_definition.get("trustedExecutionConfiguration")
    spot = TASK.at("trustedExecutionConfiguration")
    if not given:
        return
    if given.get("isolationMode") == "CONFIDENTIAL_SANDBOX" and not given.get("attestationPolicy"):
        message = "the isolationMode CONFIDENTIAL_SANDBOX needs an attestationPolicy"
        yield breach(spot, message, "Add it", spot.at("attestationPolicy"))
    required = set(task_definition.get("requiresCompatibilities") or ())
    other = fargate_spot(service, task_definition)
    if other is None and service.get("launchType") in {"EC2", "EXTERNAL"}:
        other = SERVICE.at("launchType")
    if other is None and required and "MANAGED_INSTANCES" not in required:
        other = TASK.at("requiresCompatibilities")
    if other is not None:
        message = "only Managed Instances have trusted execution"
        yield breach(spot, message, "Remove it, or use Managed Instances", other)
