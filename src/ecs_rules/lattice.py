"""VPC Lattice: the target groups that a service's tasks join.

Source: API reference, VpcLatticeConfiguration; developer guide, "Use Amazon VPC Lattice to
connect, observe, and secure your Amazon ECS services" and "VPC Lattice resources for blue/green,
linear, and canary deployments". ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, items
from ecs_rules.values import show

LIST = "vpcLatticeConfigurations"
MOST = 5
_AT = SERVICE.at(LIST)
_STRATEGY = SERVICE.at("deploymentConfiguration", "strategy")


@rule("CreateService", "UpdateService")
def targets(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service has at most five configurations, and not on ECS Anywhere."""
    given = service.get(LIST) or ()
    if len(given) > MOST:
        text = f"{LIST} can have at most {MOST} items."
        yield breach(_AT, f"there are {len(given)} of them", f"Use {MOST} or fewer", text=text)
    if given and service.get("launchType") == "EXTERNAL":
        text = f"{LIST} is not supported with the EXTERNAL launch type."
        launch = SERVICE.at("launchType")
        yield breach(_AT, "ECS Anywhere has no VPC Lattice", "Remove it", launch, text=text)


@rule()
def kinds(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A load balancer and VPC Lattice each have target groups of their own."""
    for key, wanted, words in (
        ("loadBalancers", "elasticloadbalancing", "a load balancer"),
        (LIST, "vpc-lattice", "VPC Lattice"),
    ):
        for spot, entry in items(service, key, SERVICE):
            other = (entry.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
            alternate = spot.at("advancedConfiguration", "alternateTargetGroupArn")
            given = ((spot.at("targetGroupArn"), entry.get("targetGroupArn")), (alternate, other))
            for at, arn in given:
                if arn and ":targetgroup/" in arn and f":{wanted}:" not in arn:
                    message = f"{show(arn)} is not a target group of {words}"
                    yield breach(at, message, f"Use a target group of {words}")


@rule("CreateService", "UpdateService")
def alternates(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Traffic moves between two target groups, which one listener rule of its own serves."""
    strategy = str(service.get("deploymentConfiguration", {}).get("strategy") or "ROLLING")
    used: dict[str, Spot] = {}
    for spot, entry in items(service, LIST, SERVICE):
        given, at = entry.get("advancedConfiguration") or {}, spot.at("advancedConfiguration")
        for key in ("alternateTargetGroupArn", "productionListenerRule"):
            if strategy != "ROLLING" and not given.get(key):
                message = f"the strategy {show(strategy)} needs advancedConfiguration.{key}"
                text = f"The {strategy} strategy needs advancedConfiguration.{key}."
                yield breach(spot, message, "Add it", _STRATEGY, at.at(key), text=text)
        if given.get("alternateTargetGroupArn") and (
            given["alternateTargetGroupArn"] == entry.get("targetGroupArn")
        ):
            text = "The alternate target group must be another one than targetGroupArn."
            spots = at.at("alternateTargetGroupArn"), spot.at("targetGroupArn")
            message = "the alternate target group is targetGroupArn itself"
            yield breach(spots[0], message, "Use another target group", spots[1], text=text)
        for key in ("productionListenerRule", "testListenerRule"):
            rule_arn = given.get(key)
            if rule_arn and rule_arn in used:
                text = f"The listener rule {rule_arn} can be used only once."
                message = "another entry uses this listener rule"
                yield breach(
                    at.at(key), message, "Use a rule of its own", used[rule_arn], text=text
                )
            elif rule_arn:
                used[rule_arn] = at.at(key)
