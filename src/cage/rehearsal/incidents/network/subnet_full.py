"""No subnet of the service has a free address.

Source: EC2 API reference, DescribeSubnets, AvailableIpAddressCount; ECS developer guide, "Amazon
ECS stopped tasks error messages", InsufficientFreeAddressesInSubnet.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins
from cage.rehearsal.stage import Stage

_REASON = (
    "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': "
    "InsufficientFreeAddressesInSubnet"
)


def _inapplicable(stage: Stage) -> str | None:
    own = stage.task_definition.get("networkMode") == "awsvpc"
    return None if own else "its tasks have no addresses of their own"


def _arm(stage: Stage) -> None:
    begins(stage)
    stage.prerequisites.addresses = 0
    cannot_start(_REASON, 2.5, 5)(stage)


INCIDENT = Incident(
    name="subnet-full",
    family="network",
    summary="no subnet of the service has a free address",
    why="a preflight check finds it before anything is started",
    right=ABORTED,
    arm=_arm,
    inapplicable=_inapplicable,
    order=4,
)
