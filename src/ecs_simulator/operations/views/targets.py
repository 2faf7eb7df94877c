"""How the health of targets is shown."""

from __future__ import annotations

from ecs_simulator.world.task_entities import Address, SimTargetGroup


def health(group: SimTargetGroup) -> dict[Address, dict[str, str]]:
    """Return the health of a target group's targets, by address."""
    shown = {}
    for address, target in group.targets.items():
        shown[address] = {"State": target.state}
        if target.reason:
            shown[address] |= {"Reason": target.reason, "Description": target.description}
    return shown
