"""Strategies of deployments: rolling, or by moving traffic to a second set of tasks.

Source: API reference, DeploymentConfiguration, LinearConfiguration, CanaryConfiguration and
AdvancedConfiguration. ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, items
from ecs_rules.values import show

_CONFIGURATION = SERVICE.at("deploymentConfiguration")
_STRATEGY = _CONFIGURATION.at("strategy")
_CONTROLLER = SERVICE.at("deploymentController", "type")
_SCHEDULING = SERVICE.at("schedulingStrategy")
_MOVED = ("loadBalancers", "vpcLatticeConfigurations")
"""The ways to move traffic between two revisions, apart from Service Connect.

Source: developer guide, "Required resources for Amazon ECS canary deployments", and the same page
for VPC Lattice.
"""

_MOST_MINUTES = 1440
_PARTS = {
    "linearConfiguration": ("LINEAR", "stepPercent", 3.0, "stepBakeTimeInMinutes"),
    "canaryConfiguration": ("CANARY", "canaryPercent", 0.1, "canaryBakeTimeInMinutes"),
}
"""A strategy's own configuration: the strategy, its share, the least share, its bake time."""


def _strategy(service: Shape) -> str:
    return str(service.get("deploymentConfiguration", {}).get("strategy") or "ROLLING")


def _controller(service: Shape) -> str:
    return str(service.get("deploymentController", {}).get("type") or "ECS")


@rule("CreateService", "UpdateService")
def parts(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Each strategy's own configuration is only for that strategy."""
    strategy = _strategy(service)
    for key, (owner, *_) in _PARTS.items():
        if service.get("deploymentConfiguration", {}).get(key) and strategy != owner:
            message = f"{key} needs the strategy {owner}, and the strategy is {show(strategy)}"
            text = f"{key} is only valid with the {owner} strategy."
            yield breach(_CONFIGURATION.at(key), message, "Remove it", _STRATEGY, text=text)


@rule("CreateService", "UpdateService")
def ranges(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Bake times are at most a day, and shares of traffic are in tenths of a percent."""
    configuration = service.get("deploymentConfiguration", {})
    yield from _minutes(configuration, "bakeTimeInMinutes", _CONFIGURATION)
    for key, (_, share, least, minutes) in _PARTS.items():
        part = configuration.get(key) or {}
        yield from _minutes(part, minutes, _CONFIGURATION.at(key))
        value = part.get(share)
        if value is not None and not _is_share(value, least):
            range_ = f"a multiple of 0.1 between {least} and 100.0"
            spot = _CONFIGURATION.at(key, share)
            text = f"{share} must be {range_}."
            yield breach(spot, f"{show(value)} is out of range", f"Use {range_}", text=text)


def _minutes(owner: Shape, key: str, spot: Spot) -> Iterator[Breach]:
    value = owner.get(key)
    if value is not None and not 0 <= value <= _MOST_MINUTES:
        text = f"{key} must be between 0 and {_MOST_MINUTES}."
        fix = f"Use 0 to {_MOST_MINUTES}"
        yield breach(spot.at(key), f"{show(value)} is out of range", fix, text=text)


def _is_share(value: float, least: float) -> bool:
    tenths = round(value * 10, 6)
    return least <= value <= 100 and tenths == int(tenths)  # noqa: PLR2004  percent


@rule("CreateService", "UpdateService")
def shifting(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Only the ECS controller moves traffic, for REPLICA services behind load balancers."""
    strategy = _strategy(service)
    if strategy == "ROLLING":
        return
    if _controller(service) != "ECS":
        message = f"the strategy {show(strategy)} needs the controller ECS"
        text = f"The {strategy} strategy needs the ECS deployment controller."
        yield breach(_STRATEGY, message, "Remove it", _CONTROLLER, text=text)
    if service.get("schedulingStrategy") == "DAEMON":
        message = f"a DAEMON service doesn't accept the strategy {show(strategy)}"
        text = f"The {strategy} strategy needs the REPLICA scheduling strategy."
        yield breach(_STRATEGY, message, "Remove it", _SCHEDULING, text=text)
    connects = service.get("serviceConnectConfiguration", {}).get("enabled")
    moved = connects or any(service.get(key) for key in _MOVED)
    if not moved and strategy != "BLUE_GREEN":
        message = f"the strategy {show(strategy)} needs a load balancer"
        text = f"The {strategy} strategy needs a load balancer."
        spots = [SERVICE.at(key) for key in (*_MOVED, "serviceConnectConfiguration")]
        remedy = "Add loadBalancers, VPC Lattice or Service Connect"
        yield breach(_STRATEGY, message, remedy, *spots, text=text)


@rule("CreateService", "UpdateService")
def alternates(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Traffic moves between two target groups, which a listener rule and a role serve."""
    strategy = _strategy(service)
    for spot, balancer in items(service, "loadBalancers", SERVICE):
        given, at = balancer.get("advancedConfiguration") or {}, spot.at("advancedConfiguration")
        for key in (
            ("alternateTargetGroupArn", "productionListenerRule", "roleArn") if given else ()
        ):
            if strategy != "ROLLING" and not given.get(key):
                message = f"the strategy {show(strategy)} needs advancedConfiguration.{key}"
                text = f"The {strategy} strategy needs advancedConfiguration.{key}."
                yield breach(spot, message, "Add it", _STRATEGY, at.at(key), text=text)
        other = given.get("alternateTargetGroupArn")
        if other is not None and other == balancer.get("targetGroupArn"):
            message = "the alternate target group is targetGroupArn itself"
            text = "The alternate target group must be another one than targetGroupArn."
            spots = at.at("alternateTargetGroupArn"), spot.at("targetGroupArn")
            yield breach(spots[0], message, "Use another target group", spots[1], text=text)


@rule()
def other_controllers(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A strategy needs the ECS controller; the rules of those that move traffic check it too."""
    strategy = service.get("deploymentConfiguration", {}).get("strategy")
    if _controller(service) == "CODE_DEPLOY" and strategy == "ROLLING":
        message = "a deployment strategy of ECS needs the controller ECS"
        yield breach(_STRATEGY, message, "Remove it", _CONTROLLER)
