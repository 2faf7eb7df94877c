"""Listeners and rules of load balancers that forward to target groups of the world.

Those that forward to none are moto's, as load balancers are. Sources: ELB API reference,
CreateListener, CreateRule, ModifyListener, ModifyRule, DescribeListeners, DescribeRules.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.refusals import LeftToMotoError
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.listeners import SimForward

_HEX = "0123456789abcdef"
_LISTENER = ("Protocol", "Port", "Certificates", "SslPolicy", "AlpnPolicy")


def describe_listeners(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe listeners by ARN, or those of a load balancer."""
    arns, balancer = params.get("ListenerArns"), params.get("LoadBalancerArn")
    if arns:
        return {"Listeners": [_listener(world, arn) for arn in arns]}
    owned = [one for one in _of(world, balancer) if balancer]
    if not owned:
        raise LeftToMotoError
    return {"Listeners": [_listener(world, one.arn) for one in owned]}


def describe_rules(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe rules by ARN, or those of a listener."""
    arns, listener = params.get("RuleArns"), params.get("ListenerArn")
    if arns:
        return {"Rules": [_rule(_forward(world, arn, "Rule")) for arn in arns]}
    owned = [one for one in _of(world, listener) if listener]
    if not owned and listener not in world.listeners.all:
        raise LeftToMotoError
    return {"Rules": [_rule(one) for one in owned]}


def create_listener(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a listener that forwards to target groups of the world."""
    weights = _weights(world, params["DefaultActions"])
    if not weights:
        raise LeftToMotoError
    balancer = params["LoadBalancerArn"]
    start, _, name = balancer.partition(":loadbalancer/")
    arn = f"{start}:listener/{name}/{world.engine.name(_HEX, 16)}"
    shown = {key: params[key] for key in _LISTENER if key in params}
    world.listeners.add(SimForward(arn, weights, balancer, shown))
    return describe_listeners(world, {"ListenerArns": [arn]})


def modify_listener(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a listener, and where it forwards to."""
    forward = _forward(world, params["ListenerArn"], "Listener")
    forward.shown |= {key: params[key] for key in _LISTENER if key in params}
    _reweigh(world, forward, params.get("DefaultActions"))
    return describe_listeners(world, {"ListenerArns": [forward.arn]})


def create_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a rule of a listener that forwards to target groups of the world."""
    weights = _weights(world, params["Actions"])
    if not weights:
        raise LeftToMotoError
    listener, priority = params["ListenerArn"], str(params["Priority"])
    if any(one.shown.get("Priority") == priority for one in _of(world, listener)):
        raise ApiError("PriorityInUse", f"Priority '{priority}' is currently in use")
    start, _, name = listener.partition(":listener/")
    arn = f"{start}:listener-rule/{name}/{world.engine.name(_HEX, 16)}"
    shown = {"Priority": priority, "Conditions": params["Conditions"]}
    forward = world.listeners.add(SimForward(arn, weights, listener, shown))
    return {"Rules": [_rule(forward)]}


def modify_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a rule's conditions, and where it forwards to."""
    forward = _forward(world, params["RuleArn"], "Rule")
    forward.shown |= {key: params[key] for key in ("Conditions",) if params.get(key)}
    _reweigh(world, forward, params.get("Actions"))
    return {"Rules": [_rule(forward)]}


def delete_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a rule."""
    del world.listeners.all[_forward(world, params["RuleArn"], "Rule").arn]
    return {}


def delete_listener(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a listener and its rules."""
    forward = _forward(world, params["ListenerArn"], "Listener")
    for one in (forward, *_of(world, forward.arn)):
        del world.listeners.all[one.arn]
    return {}


def _of(world: World, owner: str | None) -> list[SimForward]:
    return [one for one in world.listeners.all.values() if one.owner == owner]


def _forward(world: World, arn: str, kind: str) -> SimForward:
    """Return a rule or listener; moto has those that forward to none of the world's groups."""
    forward = world.listeners.all.get(arn)
    wanted = ":listener-rule/" if kind == "Rule" else ":listener/"
    if forward is None or wanted not in arn:
        raise LeftToMotoError
    return forward


def _weights(world: World, actions: list[dict[str, Any]]) -> dict[str, int]:
    """Return the weights of a forward action's target groups; empty if none is the world's.

    Raises:
        ApiError: Only some of them exist.
    """
    found: dict[str, int] = {}
    for action in actions:
        groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
        if not groups and action.get("TargetGroupArn"):
            groups = [{"TargetGroupArn": action["TargetGroupArn"]}]
        for one in groups:
            found[one["TargetGroupArn"]] = int(one.get("Weight", 1))
    ours = [arn for arn in found if arn in world.groups.groups]
    if ours and len(ours) < len(found):
        raise ApiError("TargetGroupNotFound", "One or more target groups not found")
    return found if ours else {}


def _reweigh(world: World, forward: SimForward, actions: list[dict[str, Any]] | None) -> None:
    if actions:
        world.listeners.weigh(forward.arn, _weights(world, actions))


def _actions(forward: SimForward) -> list[dict[str, Any]]:
    """Return the forward action; one with a single target group names it outside, too."""
    groups = [{"TargetGroupArn": arn, "Weight": n} for arn, n in forward.weights.items()]
    action: dict[str, Any] = {"Type": "forward", "Order": 1}
    if len(groups) == 1:
        action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    stickiness = {"Enabled": False}
    action["ForwardConfig"] = {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness}
    return [action]


def _listener(world: World, arn: str) -> dict[str, Any]:
    forward = _forward(world, arn, "Listener")
    network = ":listener/net/" in arn
    usual = {"Protocol": "TCP" if network else "HTTP", "Port": 80}
    shown = {**usual, **forward.shown, "ListenerArn": arn, "LoadBalancerArn": forward.owner}
    return {**shown, "DefaultActions": _actions(forward)}


def _rule(forward: SimForward) -> dict[str, Any]:
    return {
        "RuleArn": forward.arn,
        "Priority": "1",
        "Conditions": [],
        **forward.shown,
        "Actions": _actions(forward),
        "IsDefault": False,
    }
