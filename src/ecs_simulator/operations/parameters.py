"""SSM Parameter Store, for cage's locks only; moto answers for other parameters."""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.refusals import LeftToMotoError
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.parameters import SimVersion, missing
from ecs_simulator.world.task_entities import ACCOUNT

_OURS = "/cage/lock/"
_MOST = 50


def _name(params: dict[str, Any]) -> str:
    name = str(params.get("Name") or "")
    if not name.startswith(_OURS):
        raise LeftToMotoError
    return name


def put_parameter(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Create a parameter, or write its next version."""
    name = _name(params)
    overwrite = bool(params.get("Overwrite"))
    if name not in world.parameters.all and not params.get("Type"):
        raise ApiError("ValidationException", "A parameter type is required when you create it.")
    number = world.parameters.put(name, params["Value"], overwrite=overwrite)
    return {"Version": number, "Tier": "Standard"}


def get_parameter(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Return the newest version that is shown."""
    name = _name(params)
    shown = world.parameters.shown(name)
    if not shown:
        raise missing()
    arn = f"arn:aws:ssm:{world.region}:{ACCOUNT}:parameter{name}"
    return {"Parameter": {**_version(name, shown[-1]), "ARN": arn}}


def get_parameter_history(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Return the versions that are shown, the oldest first."""
    name = _name(params)
    shown = world.parameters.shown(name)
    if not shown:
        raise missing()
    size = int(params.get("MaxResults") or _MOST)
    if not 1 <= size <= _MOST:
        raise ApiError("ValidationException", f"MaxResults must be between 1 and {_MOST}.")
    token = str(params.get("NextToken") or "0")
    if not token.isdecimal():
        raise ApiError("InvalidNextToken", "The specified token isn't valid.")
    first = int(token)
    more = {"NextToken": str(first + size)} if first + size < len(shown) else {}
    return {"Parameters": [_version(name, v) for v in shown[first : first + size]], **more}


def delete_parameter(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Delete a parameter with its history."""
    world.parameters.delete(_name(params))
    return {}


def _version(name: str, version: SimVersion) -> dict[str, Any]:
    return {
        "Name": name,
        "Type": "String",
        "Value": version.value,
        "Version": version.number,
        "LastModifiedDate": stamp(version.at_s),
        "DataType": "text",
    }
