"""Ids of subnets and security groups that no VPC has.

Source: EC2 user guide, "Resource IDs": a prefix, a hyphen, and 8 or 17 hexadecimal digits. Any
number of digits is accepted, as test environments shorten them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, items
from ecs_rules.values import show

_KINDS = {"subnets": ("subnet", "subnet"), "securityGroups": ("sg", "security group")}
_INSIDE = SERVICE.at("networkConfiguration", "awsvpcConfiguration")


@rule("CreateService", "UpdateService", "RunTask", "StartTask")
def ids(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Subnets and security groups are given by their ids, not by names."""
    network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    for key, (prefix, words) in _KINDS.items():
        for spot, given in items(network, key, _INSIDE):
            if not re.fullmatch(rf"{prefix}-[0-9a-f]+", given):
                text = f"Error retrieving {words} information for [{given}]: The {words} ID "
                text += f"'{given}' does not exist"
                message = f"{show(given)} is not the id of a {words}"
                fix = f"Write {prefix}- and hexadecimal digits, as AWS shows it"
                yield breach(spot, message, fix, text=text)
