"""The instances are full, and the Auto Scaling group can't launch another one.

Source: ECS developer guide, "Amazon ECS capacity providers for the EC2 launch type": tasks then
don't leave PROVISIONING. A group at its maximum size, or EC2 without capacity of that type.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_scaling, pools
from cage.rehearsal.incidents.effects import take_all_room
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage


def _arm(stage: Stage) -> None:
    take_all_room(stage)
    for pool in pools(stage):
        pool.most = len(stage.world.capacity.instances(pool))


INCIDENT = Incident(
    name="capacity-never-comes",
    family="capacity",
    summary="the instances are full, and the capacity provider can't add one",
    why="the canary stays in PROVISIONING until its time is up",
    right=ABORTED,
    arm=_arm,
    inapplicable=needs_scaling,
    order=6,
)
