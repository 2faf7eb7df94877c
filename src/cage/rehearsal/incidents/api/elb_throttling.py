"""Elastic Load Balancing throttles, ECS doesn't.

Source: ELB API reference, "Throttling", per-account quotas.
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.making import Incident, on_call, refuse
from cage.rehearsal.stage import Stage

_PROBABILITY = 0.5


def _do(_stage: Stage) -> None:
    refuse("Throttling", "Rate exceeded")


INCIDENT = Incident(
    name="elb-throttling",
    family="api",
    summary="target health can be read only every other time",
    why="it takes a little longer",
    right=frozenset({"Promoted"}),
    arm=on_call(("DescribeTargetHealth",), _do, chance=_PROBABILITY),
    inapplicable=needs_load_balancer,
)
