"""How a task behaves: what is drawn of it before it begins."""

from __future__ import annotations

from ecs_simulator.world.engine import Engine
from ecs_simulator.world.task_entities import Plan

_APART_S = 2.0
"""How far apart tasks that are started together reach PENDING."""


def usual_plan(
    engine: Engine, launch_type: str, *, awsvpc: bool, like: Plan | None, hidden_s: float
) -> Plan:
    """Draw how a healthy task behaves.

    Args:
        like: The plan of a task that was started with it: both start in much the same time.
        hidden_s: For how long at most DescribeTasks doesn't know it.
    """
    draw, lasts = engine.between, engine.lasts
    fargate = launch_type == "FARGATE"
    if like is not None:
        provisioning_s, pending_s = like.usual_provisioning_s, like.usual_pending_s
        provisioning_s += draw(0.0, _APART_S)
    elif fargate:
        provisioning_s, pending_s = lasts("fargate-provisioning"), lasts("fargate-pending")
    else:
        provisioning_s = draw(2, 4) if awsvpc else draw(0.2, 0.5)
        pending_s = lasts("ec2-pending")
    return Plan(
        visible_s=draw(0.0, hidden_s),
        provisioning_s=provisioning_s,
        pending_s=pending_s,
        usual_provisioning_s=provisioning_s,
        usual_pending_s=pending_s,
        activating_s=lasts("activating"),
        deprovisioning_s=lasts("stopping-to-stopped") if fargate else draw(0.5, 2.0),
        answers_s=draw(1, 4),
        sigterm_s=draw(0.5, 3.0),
        binding_s=draw(0.0, 2.0),
    )
