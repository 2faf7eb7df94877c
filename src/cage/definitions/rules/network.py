"""A task's network mode and the network that its service gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.findings import show
from cage.definitions.rules.rule import SERVICE_FILE, TASK_FILE, Remark, error, network_mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.model.base import Shape

_NETWORK = SERVICE_FILE.at("networkConfiguration")
_MOST = {"subnets": 16, "securityGroups": 5}
_MODE = TASK_FILE.at("networkMode")


def configuration(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """A network configuration is given for the network mode awsvpc, and only for that.

    Source: API reference, CreateService, networkConfiguration.
    """
    if not service or not task_definition:
        return
    mode = network_mode(task_definition)
    given = bool(service.get("networkConfiguration"))
    if mode == "awsvpc" and not given:
        message = "is missing, and the networkMode awsvpc needs it"
        inside = _NETWORK.at("awsvpcConfiguration")
        yield error(_NETWORK, message, "Name subnets and security groups", _MODE, inside)
    elif mode != "awsvpc" and given:
        told = "" if "networkMode" in task_definition else ", as none is set"
        yield error(
            _NETWORK,
            f"networkConfiguration needs the networkMode awsvpc, and it is {mode}{told}",
            'Remove it, or set "networkMode": "awsvpc" in the task definition',
            _MODE,
        )


def limits(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """A service names 16 subnets and 5 security groups at most.

    Source: API reference, AwsVpcConfiguration.
    """
    network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    for key, most in _MOST.items():
        count = len(network.get(key) or ())
        if count > most:
            spot = _NETWORK.at("awsvpcConfiguration", key)
            yield error(spot, f"there are {count}, and ECS takes {most} at most", "Remove some")


def public_address(service: Shape, _task_definition: Shape) -> Iterator[Remark]:
    """Only Fargate gives a task a public address.

    Source: developer guide, "Task networking with the awsvpc network mode".
    """
    launch_type = service.get("launchType")
    network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    if network.get("assignPublicIp") == "ENABLED" and launch_type in {"EC2", "EXTERNAL"}:
        yield error(
            _NETWORK.at("awsvpcConfiguration", "assignPublicIp"),
            f"only Fargate assigns public addresses, and the launchType is {show(launch_type)}",
            'Remove it, or write "DISABLED"',
            SERVICE_FILE.at("launchType"),
        )
