"""Someone, or a tool that restores its own files, changes the weights of the production rule.

Source: ECS developer guide, "Troubleshooting Amazon ECS blue/green deployments", Target group
configuration errors; hashicorp/terraform-provider-aws#43905, "Ignore weights for ECS blue/green
deployments".
"""

from __future__ import annotations

from collections.abc import Callable

from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.stage import Stage

Weigh = Callable[[dict[str, int]], dict[str, int]]
_ELSEWHERE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/other/0a"


def _change(weigh: Weigh) -> Callable[[Stage], None]:
    def arm(stage: Stage) -> None:
        listeners = stage.world.listeners
        for balancer in stage.service.load_balancers:
            rule = (balancer.get("advancedConfiguration") or {}).get("productionListenerRule")
            if rule in listeners.all:
                listeners.weigh(rule, weigh(listeners.all[rule].weights))

    return arm


def _inapplicable(stage: Stage) -> str | None:
    moved = stage.service.shifts and stage.service.load_balancers
    return None if moved else "no listener rule moves its traffic"


def _incident(name: str, summary: str, why: str, weigh: Weigh, *, hurts: bool = False) -> Incident:
    return Incident(
        name=name,
        family="people",
        summary=summary,
        why=why,
        right=ABORTED,
        arm=_change(weigh),
        inapplicable=_inapplicable,
        hurts_running_tasks=hurts,
    )


INCIDENTS = (
    _incident(
        "weights-split",
        "someone gives both target groups a share of production traffic",
        "ECS would roll back every deployment that begins so",
        lambda weights: dict.fromkeys(weights, 50),
    ),
    _incident(
        "weights-swapped",
        "someone gives all production traffic to the idle target group",
        "no task is there, and a canary there would get all of it",
        lambda weights: dict(zip(weights, reversed(weights.values()), strict=True)),
        hurts=True,
    ),
    _incident(
        "rule-forwards-elsewhere",
        "someone lets the production rule forward to another service",
        "ECS would roll back every deployment that begins so",
        lambda weights: {**dict.fromkeys(weights, 0), _ELSEWHERE: 100},
        hurts=True,
    ),
)
