"""Fargate takes a Spot task back.

Source: ECS developer guide, "Amazon ECS clusters for Fargate", Fargate Spot termination
notices: SIGTERM, then two minutes.
"""

from __future__ import annotations

from cage.simulator.incidents.making import Incident, canary_of, on_call
from cage.simulator.stage import Stage
from cage.simulator.world import hosts


def _only_on_spot(stage: Stage) -> str | None:
    strategy = stage.definition.get("capacityProviderStrategy") or []
    if any(s.get("capacityProvider") == "FARGATE_SPOT" for s in strategy):
        return None
    return "it doesn't run on Fargate Spot"


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        if task.last_status == "RUNNING" and not task.stopping:
            hosts.interrupt(stage.world, task)


INCIDENT = Incident(
    name="spot-interruption",
    family="infrastructure",
    summary="Fargate Spot takes the canary back",
    why="a canary that is gone has answered nothing",
    right=frozenset({"Aborted", "Promoted"}),
    arm=on_call(("DescribeTasks",), _do, times=8),
    inapplicable=_only_on_spot,
)
