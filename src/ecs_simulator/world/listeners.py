"""Listeners and listener rules: to which target groups they forward, and in which shares.

A load balancer's rule, a Network Load Balancer's listener, a rule or a listener of VPC Lattice: ECS
moves traffic by changing the weights of any of them, and anyone else can change them too.

Sources: ECS developer guide, "Application Load Balancer resources …", "Network Load Balancer
resources …" and "VPC Lattice resources for blue/green, linear, and canary deployments";
"Troubleshooting Amazon ECS blue/green deployments" for what ECS refuses, and in which words.
*Unknown*: how ECS rounds a share that is not a whole number (assumed: weights that sum to 1000),
and by what it knows the side that serves. Assumed: by its own service revision, as a request to
check the present weights suggests (aws/containers-roadmap, "Blue/green: validate current listener
rule weights before shifting traffic", August 2026).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ecs_simulator.world import registration, traffic_shifts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.service_entities import SimService
    from ecs_simulator.world.task_entities import SimTask

RULES = ("productionListenerRule", "testListenerRule")


@dataclasses.dataclass(slots=True)
class SimForward:
    """A listener or a rule.

    Attributes:
        weights: The weight of each target group, by its ARN; empty if it forwards to none.
        owner: The listener of a rule; the load balancer or VPC Lattice service of a listener.
        shown: The rest of its description.
    """

    arn: str
    weights: dict[str, int] = dataclasses.field(default_factory=dict)
    owner: str = ""
    shown: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def serving(self) -> list[str]:
        """The target groups that get any of its traffic."""
        return [arn for arn, weight in self.weights.items() if weight > 0]


class Listeners:
    """All listeners and rules that forward to target groups of the account.

    Attributes:
        all: By ARN.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.all: dict[str, SimForward] = {}

    def add(self, forward: SimForward) -> SimForward:
        """Add a listener or a rule."""
        self.all[forward.arn] = forward
        return forward

    def furnish(self, definition: Mapping[str, Any]) -> None:
        """Create the rules that a service's definition specifies.

        Each forwards to both target groups, and gives all traffic to the first.
        """
        lattice = definition.get("vpcLatticeConfigurations") or []
        for balancer in (*(definition.get("loadBalancers") or []), *lattice):
            advanced = balancer.get("advancedConfiguration") or {}
            other = advanced.get("alternateTargetGroupArn")
            for arn in (advanced.get(key) for key in RULES):
                if arn and other and arn not in self.all:
                    weights = {balancer["targetGroupArn"]: 100, other: 0}
                    self.add(SimForward(arn, weights, owner_of(arn)))

    def weigh(self, arn: str, weights: Mapping[str, int]) -> None:
        """Change where a listener or rule forwards to."""
        forward = self.all[arn]
        forward.weights = dict(weights)
        said = ", ".join(f"{group.rpartition('/')[2]} {n}" for group, n in weights.items())
        self._engine.note("weights", f"{arn.rpartition('/')[2]}: {said}")

    def follow(self, service: SimService) -> None:
        """Change the rules of a service as ECS does when a share of its traffic changes."""
        if not service.shifts or not service.history[0].stage:
            return
        wanted = traffic_shifts.weights(service)
        if wanted == service.routed:
            return
        for arn, shares in wanted.items():
            if arn in self.all and shares != service.routed.get(arn):
                self.weigh(arn, _weights(shares))
        service.routed = wanted

    def problem(self, service: SimService) -> str:
        """Return why ECS rolls a deployment that begins back, in its words; empty: it doesn't."""
        for balancer in service.load_balancers:
            advanced = balancer.get("advancedConfiguration") or {}
            production, test = (self.all.get(advanced.get(key) or "") for key in RULES)
            if production is None:
                continue
            pair = (balancer["targetGroupArn"], advanced.get("alternateTargetGroupArn"))
            serving = production.serving
            if len(serving) != 1:
                return (
                    f"productionListenerRule {production.arn} should have exactly one target group "
                    f"serving traffic but found {len(serving)} target groups which are serving "
                    "traffic"
                )
            if serving[0] not in pair:
                return (
                    "Production listener rule is forwarding traffic to unexpected target group "
                    f"{serving[0]}. Expected traffic to be forwarded to either targetGroupArn: "
                    f"{pair[0]} or alternateTargetGroupArn: {pair[1]}"
                )
            known = {*production.weights, *(test.weights if test else ())}
            for arn in pair:
                if arn not in known:
                    return (
                        f"Target group {arn} is not associated with either productionListenerRule "
                        "or testListenerRule"
                    )
        return ""

    def serves(self, service: SimService, task: SimTask) -> bool:
        """Return whether production traffic reaches a task, by every rule that is known."""
        found = []
        for balancer in service.balancers(task) if service.shifts else ():
            rule = (balancer.get("advancedConfiguration") or {}).get("productionListenerRule")
            forward = self.all.get(rule or "")
            if forward is not None:
                found.append(registration.group_of(balancer, alternate=task.alternate))
                if forward.weights.get(found[-1], 0) <= 0:
                    return False
        return bool(found) or service.serves(task)


def owner_of(arn: str) -> str:
    """Return the listener of a rule, or the load balancer or service of a listener."""
    if ":vpc-lattice:" in arn:
        return arn.rpartition("/rule/" if "/rule/" in arn else "/listener/")[0]
    start, _, rest = arn.partition(":listener-rule/")
    if rest:
        return f"{start}:listener/{rest.rpartition('/')[0]}"
    start, _, rest = arn.partition(":listener/")
    return f"{start}:loadbalancer/{rest.rpartition('/')[0]}"


def _weights(shares: Mapping[str, float]) -> dict[str, int]:
    whole = all(share == int(share) for share in shares.values())
    return {arn: round(share * (1 if whole else 10)) for arn, share in shares.items()}
