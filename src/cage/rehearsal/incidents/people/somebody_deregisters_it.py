"""Someone, or a script, removes unknown targets from the target group.

Source: ELB API reference, DeregisterTargets.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import TARGET_HEALTH, on_call
from cage.rehearsal.stage import Stage


def _do(stage: Stage) -> None:
    known = {registered for task in stage.service.tasks for registered in task.registered}
    for group in stage.world.groups.groups.values():
        for address in list(group.targets):
            if (group.arn, address) not in known:
                stage.world.groups.deregister(group.arn, address)


INCIDENT = Incident(
    name="somebody-deregisters-it",
    family="people",
    summary="someone removes the canary from its target group",
    why="a canary must be healthy until the update",
    right=ABORTED,
    arm=on_call(TARGET_HEALTH, _do, times=1, after="RegisterTargets"),
    inapplicable=needs_load_balancer,
    order=3,
)
