"""Settings of containers whose task has a network interface of its own.

Source: API reference, ContainerDefinition, hostname and extraHosts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import CLIENT, Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import TASK, Shape, containers, network_mode

_REFUSED = {
    "hostname": "Hostname is not supported on container when networkMode=awsvpc.",
    "extraHosts": "Extra hosts are not supported on container when networkMode=awsvpc.",
}
"""ECS's texts as its users published them; that of extraHosts is *unknown*."""


@rule("RegisterTaskDefinition")
def hosts(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """The task's network interface names the host."""
    if network_mode(task_definition) != "awsvpc":
        return
    for spot, container in containers(task_definition):
        for key, text in _REFUSED.items():
            if container.get(key):
                message = f"the networkMode awsvpc doesn't accept {key}"
                mode = TASK.at("networkMode")
                yield breach(spot.at(key), message, "Remove it", mode, text=text, code=CLIENT)
