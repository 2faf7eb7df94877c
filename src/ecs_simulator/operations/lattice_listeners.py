"""VPC Lattice: listeners and rules that forward to target groups of the world.

Those that forward to none are moto's, as VPC Lattice services are. Sources: VPC Lattice API
reference, CreateListener, CreateRule, UpdateListener, UpdateRule, WeightedTargetGroup (the default
weight of a single target group). *Unknown*: texts of errors.
"""

from __future__ import annotations

import string
from typing import Any

from ecs_simulator.operations.lattice import arn_of
from ecs_simulator.operations.refusals import LeftToMotoError
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.listeners import SimForward
from ecs_simulator.world.task_entities import ACCOUNT

_ID = string.digits + string.ascii_lowercase
_ALONE = 100
_SHOWN = ("name", "protocol", "port", "match", "priority")


def create_listener(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a listener that forwards to target groups of the world."""
    weights = _weights(world, params["defaultAction"])
    if not weights:
        raise LeftToMotoError
    service = _service(world, params["serviceIdentifier"])
    arn = f"{service}/listener/listener-0{world.engine.name(_ID, 16)}"
    return _listener(_add(world, SimForward(arn, weights, service), params))


def create_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a rule that forwards to target groups of the world."""
    weights = _weights(world, params["action"])
    if not weights:
        raise LeftToMotoError
    listener = _listener_arn(world, params)
    arn = f"{listener}/rule/rule-0{world.engine.name(_ID, 16)}"
    return _rule(_add(world, SimForward(arn, weights, listener), params))


def get_listener(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe a listener."""
    return _listener(_forward(world, _listener_arn(world, params)))


def get_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Describe a rule."""
    return _rule(_forward(world, _rule_arn(world, params)))


def update_listener(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change where a listener's default rule forwards to."""
    forward = _forward(world, _listener_arn(world, params))
    world.listeners.weigh(forward.arn, _weights(world, params["defaultAction"]))
    return _listener(forward)


def update_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a rule: what it matches, and where it forwards to."""
    forward = _forward(world, _rule_arn(world, params))
    forward.shown |= {key: params[key] for key in _SHOWN if key in params}
    if params.get("action"):
        world.listeners.weigh(forward.arn, _weights(world, params["action"]))
    return _rule(forward)


def delete_rule(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a rule."""
    del world.listeners.all[_forward(world, _rule_arn(world, params)).arn]
    return {}


def _add(world: World, forward: SimForward, params: dict[str, Any]) -> SimForward:
    forward.shown = {key: params[key] for key in _SHOWN if key in params}
    forward.shown |= {"createdAt": stamp(world.now), "lastUpdatedAt": stamp(world.now)}
    return world.listeners.add(forward)


def _service(world: World, named: str) -> str:
    """Return the ARN of a VPC Lattice service, named by ARN or id."""
    if named.startswith("arn:"):
        return named
    return f"arn:aws:vpc-lattice:{world.region}:{ACCOUNT}:service/{named}"


def _listener_arn(world: World, params: dict[str, Any]) -> str:
    named: str = params["listenerIdentifier"]
    service = _service(world, params["serviceIdentifier"])
    return named if named.startswith("arn:") else f"{service}/listener/{named}"


def _rule_arn(world: World, params: dict[str, Any]) -> str:
    named: str = params["ruleIdentifier"]
    return named if named.startswith("arn:") else f"{_listener_arn(world, params)}/rule/{named}"


def _forward(world: World, arn: str) -> SimForward:
    """Return a listener or a rule; other listeners are moto's."""
    forward = world.listeners.all.get(arn)
    if forward is None and "/rule/" in arn:
        raise ApiError("ResourceNotFoundException", f"Rule {arn} not found", 404)
    if forward is None:
        raise LeftToMotoError
    return forward


def _weights(world: World, action: dict[str, Any]) -> dict[str, int]:
    """Return the weights of an action's target groups; empty if it forwards to none."""
    given = (action.get("forward") or {}).get("targetGroups") or []
    found: dict[str, int] = {}
    for one in given:
        named = one["targetGroupIdentifier"]
        arn = named if named.startswith("arn:") else arn_of(world, named)
        if arn not in world.groups.groups:
            raise ApiError("ResourceNotFoundException", f"Target group {named} not found", 404)
        found[arn] = int(one.get("weight", _ALONE if len(given) == 1 else 1))
    return found


def _action(forward: SimForward) -> dict[str, Any]:
    groups = [{"targetGroupIdentifier": arn, "weight": n} for arn, n in forward.weights.items()]
    return {"forward": {"targetGroups": groups}}


def _listener(forward: SimForward) -> dict[str, Any]:
    return {
        "arn": forward.arn,
        "id": forward.arn.rpartition("/")[2],
        "serviceArn": forward.owner,
        "serviceId": forward.owner.rpartition("/")[2],
        "protocol": "HTTP",
        "port": 80,
        **forward.shown,
        "defaultAction": _action(forward),
    }


def _rule(forward: SimForward) -> dict[str, Any]:
    return {
        "arn": forward.arn,
        "id": forward.arn.rpartition("/")[2],
        "isDefault": False,
        **forward.shown,
        "action": _action(forward),
    }
