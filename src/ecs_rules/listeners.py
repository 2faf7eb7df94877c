"""Listener rules that move a service's traffic, and the target groups that they serve.

Source: developer guide, "Troubleshooting Amazon ECS blue/green deployments", Load balancer
configuration issues: also ECS's texts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, items
from ecs_rules.values import show

_BALANCERS = SERVICE.at("loadBalancers")
_STRATEGY = SERVICE.at("deploymentConfiguration", "strategy")
_RULES = ("productionListenerRule", "testListenerRule")


def _shifts(service: Shape) -> bool:
    strategy = service.get("deploymentConfiguration", {}).get("strategy") or "ROLLING"
    controller = service.get("deploymentController", {}).get("type") or "ECS"
    return str(strategy) != "ROLLING" and controller == "ECS"


@rule("CreateService", "UpdateService")
def kinds(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """An Application Load Balancer's traffic moves by a rule, a Network one's by a listener."""
    for spot, entry in items(service, "loadBalancers", SERVICE):
        for key in _RULES:
            arn = (entry.get("advancedConfiguration") or {}).get(key) or ""
            if ":listener/app/" in arn:
                text = (
                    f"{key} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for "
                    f"NLB. Got: {arn}"
                )
                at = spot.at("advancedConfiguration", key)
                message = f"{show(arn)} is a listener of an Application Load Balancer"
                yield breach(at, message, "Use the ARN of one of its rules", text=text)


@rule("CreateService", "UpdateService")
def shared(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Production and test traffic come by different rules."""
    for spot, entry in items(service, "loadBalancers", SERVICE):
        production, test = ((entry.get("advancedConfiguration") or {}).get(k) for k in _RULES)
        if production and production == test:
            text = (
                "The following rules cannot be used as both production and test listener rules: "
                f"{test}"
            )
            at = spot.at("advancedConfiguration")
            message = "testListenerRule is productionListenerRule itself"
            fix = "Create a rule for test traffic"
            yield breach(at.at(_RULES[1]), message, fix, at.at(_RULES[0]), text=text)


@rule("CreateService", "UpdateService")
def repeated(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service whose traffic moves is behind each target group once."""
    taken: dict[str, Spot] = {}
    for spot, entry in items(service, "loadBalancers", SERVICE) if _shifts(service) else ():
        arn, at = entry.get("targetGroupArn"), spot.at("targetGroupArn")
        if arn in taken:
            text = f"Duplicate targetGroupArn found: {arn}"
            message = "another entry has this target group"
            yield breach(at, message, "Use another one", taken[arn], _STRATEGY, text=text)
        elif arn:
            taken[arn] = at


@rule("CreateService", "UpdateService")
def advanced(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Every load balancer has an advanced configuration, or none has one."""
    with_it: list[Spot] = []
    without: list[Spot] = []
    classic: list[Spot] = []
    for spot, entry in items(service, "loadBalancers", SERVICE):
        (with_it if entry.get("advancedConfiguration") else without).append(spot)
        if entry.get("loadBalancerName"):
            classic.append(spot)
    for spot in classic:
        if spot in with_it:
            text = "advancedConfiguration field is not allowed with ELBv1 loadBalancers"
            at = spot.at("advancedConfiguration")
            message = "a Classic Load Balancer has no advanced configuration"
            yield breach(at, message, "Remove it", spot.at("loadBalancerName"), text=text)
    if classic and len(classic) < len(with_it) + len(without):
        text = (
            "All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 "
            "(defining targetGroupArn)"
        )
        message = "Classic Load Balancers and target groups exclude each other"
        yield breach(_BALANCERS, message, "Use target groups", *classic, text=text)
    if with_it and without:
        text = (
            "Either all or none of the provided loadBalancers must have advancedConfiguration "
            "defined"
        )
        message = "advancedConfiguration is missing, and another load balancer has one"
        fix = "Set it for all of them, or for none"
        yield breach(without[0], message, fix, with_it[0].at("advancedConfiguration"), text=text)
    elif without and _shifts(service):
        text = (
            "advancedConfiguration field is required for all loadBalancers when using a "
            "non-ROLLING deployment strategy"
        )
        message = "the strategy needs advancedConfiguration"
        yield breach(without[0], message, "Add it", _STRATEGY, text=text)
