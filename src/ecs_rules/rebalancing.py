"""The services whose tasks ECS can rebalance across Availability Zones.

Source: developer guide, "Balancing an Amazon ECS service across Availability Zones", the service
configurations that it names (also quoted in github.com/aws/aws-cdk/pull/32259). ECS's texts are
*unknown*, apart from that about maximumPercent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, items
from ecs_rules.values import show

_REBALANCING = SERVICE.at("availabilityZoneRebalancing")
_ZONE = "ecs.availability-zone"
_SPREAD = {"type": "spread", "field": f"attribute:{_ZONE}"}


def hindrances(service: Shape) -> Iterator[tuple[Spot, str, str]]:
    """Yield what keeps ECS from rebalancing a service, apart from its percents.

    Each is a spot, the value there and ECS's words for it.
    """
    for key, value in (("schedulingStrategy", "DAEMON"), ("launchType", "EXTERNAL")):
        if service.get(key) == value:
            yield SERVICE.at(key), show(value), f"{key} {value}"
    for spot, balancer in items(service, "loadBalancers", SERVICE):
        if balancer.get("loadBalancerName"):
            named = show(balancer["loadBalancerName"])
            yield spot.at("loadBalancerName"), named, "Classic Load Balancers"
    for spot, constraint in items(service, "placementConstraints", SERVICE):
        if _ZONE in str(constraint.get("expression") or ""):
            words = f"placement constraints on attribute:{_ZONE}"
            yield spot.at("expression"), show(constraint["expression"]), words
    for spot, strategy in list(items(service, "placementStrategy", SERVICE))[:1]:
        if any(strategy.get(key) != value for key, value in _SPREAD.items()):
            words = "placement strategies whose first one is not an Availability Zone spread"
            yield spot, show(strategy.get("type")), words


@rule("CreateService", "UpdateService")
def supported(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service that is to be rebalanced lets ECS choose the zones of its tasks."""
    if service.get("availabilityZoneRebalancing") != "ENABLED":
        return
    for spot, value, words in hindrances(service):
        text = f"Availability Zone Rebalancing does not support {words}."
        message = f"ECS can't rebalance a service with {value}"
        fix = "Set availabilityZoneRebalancing to DISABLED"
        yield breach(spot, message, fix, _REBALANCING, text=text)
