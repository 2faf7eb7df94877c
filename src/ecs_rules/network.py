"""A task's network mode and the network that its service gives it."""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, network_mode
from ecs_rules.values import show

_NETWORK = SERVICE.at("networkConfiguration")
_MOST = {"subnets": 16, "securityGroups": 5}
_MODE = TASK.at("networkMode")


@rule("CreateService", "RunTask", "StartTask", "UpdateService")
def configuration(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A network configuration is given for the network mode awsvpc, and only for that.

    Source: API reference, CreateService, networkConfiguration; the texts are as published by
    users of ECS.
    """
    if not service or not task_definition:
        return
    mode = network_mode(task_definition)
    given = bool(service.get("networkConfiguration"))
    if mode == "awsvpc" and not given:
        message = "is missing, and the networkMode awsvpc needs it"
        inside = _NETWORK.at("awsvpcConfiguration")
        text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        fix = "Name subnets and security groups"
        yield breach(_NETWORK, message, fix, _MODE, inside, text=text)
    elif mode != "awsvpc" and given:
        told = "" if "networkMode" in task_definition else ", as none is set"
        yield breach(
            _NETWORK,
            f"networkConfiguration needs the networkMode awsvpc, and it is {mode}{told}",
            'Remove it, or set "networkMode": "awsvpc" in the task definition',
            _MODE,
            text="Network Configuration is not valid for the given networkMode of this task "
            "definition.",
        )


@rule()
def limits(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service can specify at most 16 subnets and 5 security groups.

    Source: API reference, AwsVpcConfiguration.
    """
    network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    for key, most in _MOST.items():
        count = len(network.get(key) or ())
        if count > most:
            spot = _NETWORK.at("awsvpcConfiguration", key)
            yield breach(spot, f"found {count}; ECS accepts at most {most}", "Remove some")


@rule()
def public_address(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Only Fargate gives a task a public address.

    Source: developer guide, "Task networking with the awsvpc network mode".
    """
    launch_type = service.get("launchType")
    network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    if network.get("assignPublicIp") == "ENABLED" and launch_type in {"EC2", "EXTERNAL"}:
        yield breach(
            _NETWORK.at("awsvpcConfiguration", "assignPublicIp"),
            f"only Fargate assigns public addresses, and the launchType is {show(launch_type)}",
            'Remove it, or write "DISABLED"',
            SERVICE.at("launchType"),
        )
