"""Listeners and listener rules over botocore: of load balancers, and of VPC Lattice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cage.aws.calls import Caller
from cage.model.targets import Forward


class BotoListeners:
    """Implements `cage.ports.listeners.Listeners`.

    Args:
        balancers: An elbv2 client.
        make_lattice: Creates a vpc-lattice client; few services need it.
        caller: Makes the calls.
    """

    def __init__(self, balancers: Any, make_lattice: Callable[[], Any], caller: Caller) -> None:
        self._balancers = balancers
        self._make_lattice = make_lattice
        self._call = caller

    async def forwards(self, arns: Sequence[str]) -> dict[str, Forward]:
        """Return where these rules and listeners forward to, by ARN, in the order requested."""
        lattice = [arn for arn in arns if arn.split(":")[2:3] == ["vpc-lattice"]]
        rules = [arn for arn in arns if arn not in lattice and ":listener-rule/" in arn]
        listeners = [arn for arn in arns if arn not in lattice and arn not in rules]
        found: dict[str, Forward] = {}
        if rules:
            answer = await self._call.read(self._balancers, "describe_rules", RuleArns=rules)
            for rule in answer.get("Rules") or []:
                found[rule["RuleArn"]] = _of_actions(rule["RuleArn"], rule.get("Actions") or [])
        if listeners:
            answer = await self._call.read(
                self._balancers, "describe_listeners", ListenerArns=listeners
            )
            for one in answer.get("Listeners") or []:
                arn = one["ListenerArn"]
                found[arn] = _of_actions(arn, one.get("DefaultActions") or [])
        for arn in lattice:
            found[arn] = await self._in_lattice(arn)
        return {arn: found.get(arn, Forward(arn, {})) for arn in arns}

    async def _in_lattice(self, arn: str) -> Forward:
        """Read a rule of VPC Lattice, or a listener with its default rule."""
        service, _, rest = arn.partition("/listener/")
        listener, _, rule = rest.partition("/rule/")
        where = {
            "serviceIdentifier": service.rpartition("/")[2],
            "listenerIdentifier": listener,
        }
        client = self._make_lattice()
        if rule:
            answer = await self._call.read(client, "get_rule", **where, ruleIdentifier=rule)
            action = answer.get("action")
        else:
            answer = await self._call.read(client, "get_listener", **where)
            action = answer.get("defaultAction")
        groups = ((action or {}).get("forward") or {}).get("targetGroups") or []
        start = arn.partition(":service/")[0]
        weights = {}
        for group in groups:
            named = str(group["targetGroupIdentifier"])
            group_arn = named if named.startswith("arn:") else f"{start}:targetgroup/{named}"
            weights[group_arn] = int(group.get("weight", 1))
        return Forward(arn, weights)


def _of_actions(arn: str, actions: Sequence[dict[str, Any]]) -> Forward:
    """Return what a load balancer's forward actions say; one target group needs no weight."""
    weights: dict[str, int] = {}
    for action in actions:
        groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
        weights |= {group["TargetGroupArn"]: int(group.get("Weight", 1)) for group in groups}
        if not groups and action.get("TargetGroupArn"):
            weights[action["TargetGroupArn"]] = 1
    return Forward(arn, weights)
