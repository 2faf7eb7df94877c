"""Services on a user's own servers, which ECS calls external instances.

Source: ECS developer guide, "Amazon ECS clusters for external instances", considerations.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, items, network_mode

_LAUNCH_TYPE = SERVICE.at("launchType")
_UNSUPPORTED = {
    "loadBalancers": "load balancers",
    "serviceRegistries": "service discovery",
}


@rule()
def unsupported(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """External instances have no load balancers and no service discovery."""
    if service.get("launchType") != "EXTERNAL":
        return
    for key, words in _UNSUPPORTED.items():
        if service.get(key):
            message = f"external instances have no {words}"
            yield breach(SERVICE.at(key), message, "Remove it", _LAUNCH_TYPE)


@rule()
def task(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """External instances have no network interfaces for tasks, and mount no EFS."""
    required = tuple(task_definition.get("requiresCompatibilities") or ()) == ("EXTERNAL",)
    if service.get("launchType") != "EXTERNAL" and not required:
        return
    why = TASK.at("requiresCompatibilities") if required else _LAUNCH_TYPE
    if network_mode(task_definition) == "awsvpc":
        mode = TASK.at("networkMode")
        fix = "Use bridge, host or none"
        yield breach(mode, "external instances don't have the networkMode awsvpc", fix, why)
    for spot, volume in items(task_definition, "volumes", TASK):
        if volume.get("efsVolumeConfiguration"):
            at = spot.at("efsVolumeConfiguration")
            yield breach(at, "external instances don't mount EFS", "Use another volume", why)
