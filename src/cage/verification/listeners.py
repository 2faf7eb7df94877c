"""Does production traffic go where ECS will expect it when the deployment begins?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from cage.model.errors import NotFoundError
from cage.model.outcome import Finding, Severity
from cage.model.services import LoadBalancer, load_balancers
from cage.model.targets import Forward
from cage.verification.protocol import Ground, passed, unasked


@dataclasses.dataclass(frozen=True, slots=True)
class Listeners:
    """The weights of listener rules of a service whose deployments shift traffic.

    ECS rolls a deployment back that begins while a production rule gives traffic to two target
    groups or to one of another service, and one whose target groups no rule has (ECS developer
    guide, "Troubleshooting Amazon ECS blue/green deployments"). It doesn't notice that all traffic
    goes to the idle target group.
    """

    name: str = "listeners"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Read each rule once."""
        # Of the described service: the canary's own shape knows the idle side only.
        balancers = [b for b in load_balancers(ground.service.raw) if b.production_rule]
        if not balancers or not ground.service.shifts_traffic:
            return ()
        if ground.listeners is None:
            return unasked(self.name)
        rules = [rule for b in balancers for rule in (b.production_rule, b.test_rule) if rule]
        try:
            forwards = await ground.listeners.forwards(tuple(dict.fromkeys(rules)))
        except NotFoundError as error:
            remedy = "Create the listener rule again, or deploy another with --update-service."
            return (Finding(self.name, Severity.ERROR, error.what.rstrip("."), remedy),)
        found: list[Finding] = []
        for balancer in balancers:
            rule = _short(balancer.production_rule)
            bad = list(self._judge(ground, balancer, forwards))
            found += bad or [passed(self.name, f"rule {rule} gives all traffic to one side")]
        return found

    def _judge(
        self, ground: Ground, balancer: LoadBalancer, forwards: dict[str, Forward]
    ) -> Iterator[Finding]:
        rule, serving = _short(balancer.production_rule), forwards[balancer.production_rule].serving
        names = [_name(arn) for arn in serving]
        expected = [arn for arn in ground.production if arn in balancer.sides]
        if len(serving) != 1:
            shared = " and ".join(names) or "no target group"
            yield self._wrong(
                f"production rule {rule} gives traffic to {shared}: ECS would roll the deployment "
                "back",
                "Give one target group all the weight and the other 0.",
            )
        elif serving[0] not in balancer.sides:
            sides = " or ".join(_name(arn) for arn in balancer.sides)
            yield self._wrong(
                f"production rule {rule} gives traffic to {names[0]}, not to {sides}: ECS would "
                "roll the deployment back",
                "Let the rule forward to the target groups of the service.",
            )
        elif expected and serving[0] not in expected:
            yield self._wrong(
                f"production rule {rule} gives all traffic to {names[0]}; the service's tasks are "
                f"in {_name(expected[0])}",
                "Find out what else changes the rule's weights, and swap them.",
            )
        known = {
            arn
            for r in (balancer.production_rule, balancer.test_rule)
            if r
            for arn in forwards[r].weights
        }
        for arn in balancer.sides if serving else ():
            if arn not in known:
                yield self._wrong(
                    f"no listener rule of the service forwards to target group {_name(arn)}: ECS "
                    "would roll the deployment back",
                    "Add it to the production rule, with weight 0.",
                )

    def _wrong(self, text: str, remedy: str) -> Finding:
        return Finding(self.name, Severity.ERROR, text, remedy)


def _short(arn: str) -> str:
    return "/".join(arn.rpartition(":")[2].split("/")[-2:])


def _name(arn: str) -> str:
    parts = arn.split("/")
    return parts[1] if len(parts) > 1 else arn
