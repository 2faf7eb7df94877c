"""Fargate reclaims a Spot task.

Source: ECS developer guide, "Amazon ECS clusters for Fargate", Fargate Spot termination
notices: SIGTERM, then two minutes.
"""

from __future__ import annotations

from cage.model.events import CheckPassed, Event
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import once_told
from cage.rehearsal.stage import Stage
from ecs_simulator.world import hosts


def _only_on_spot(stage: Stage) -> str | None:
    strategy = stage.definition.get("capacityProviderStrategy") or []
    if any(s.get("capacityProvider") == "FARGATE_SPOT" for s in strategy):
        return None
    return "it doesn't run on Fargate Spot"


def _runs(event: Event) -> bool:
    return isinstance(event, CheckPassed) and event.check == "running"


def _do(stage: Stage) -> None:
    for task in canary_of(stage):
        if task.last_status == "RUNNING" and not task.stopping:
            hosts.interrupt(stage.world, task)


INCIDENT = Incident(
    name="spot-interruption",
    family="infrastructure",
    summary="Fargate Spot takes the canary back",
    why="another canary is started: the loss of a host says nothing about the revision",
    right=PROMOTED,
    arm=once_told(_runs, lambda _: 1.0, _do),
    inapplicable=_only_on_spot,
    order=2,
)
