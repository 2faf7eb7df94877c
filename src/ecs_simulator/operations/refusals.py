"""Requests that the simulated ECS refuses: ECS's rules refuse them, or they aren't simulated."""

from __future__ import annotations

from typing import Any

from ecs_rules.catalog import breaches
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.task_entities import SimRevision

_STRATEGIES = ("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY")


class LeftToMotoError(Exception):
    """The call is about something that doesn't exist in the world: moto answers it."""


def invalid(message: str) -> ApiError:
    """Return the error of a request that contradicts itself."""
    return ApiError("InvalidParameterException", message)


def unsupported(what: str) -> ApiError:
    """Return the error of a request that real ECS accepts, and the simulator doesn't."""
    return ApiError("UnsupportedFeatureException", f"The simulated ECS doesn't do {what}.")


def refuse_breaches(
    operation: str, params: dict[str, Any], task_definition: dict[str, Any] | None = None
) -> None:
    """Refuse a call as ECS does.

    Args:
        operation: The operation, such as `CreateService`.
        params: The service after the call, or the call's parameters.
        task_definition: The task definition that the call uses or registers.

    Raises:
        ApiError: A rule is broken, and ECS's text is known.
    """
    for breach in breaches(operation, params, task_definition or {}):
        if breach.text:
            raise ApiError(breach.code, breach.text)


def active_revision(world: World, name: str) -> SimRevision:
    """Return a revision that a task or a service can use.

    Raises:
        ApiError: It is INACTIVE. *Unknown*: the text, and whether CreateService has another.
    """
    revision = world.revision(name)
    if revision.raw["status"] != "ACTIVE":
        raise ApiError("ClientException", "TaskDefinition is inactive")
    return revision


def refuse_mismatch(
    operation: str, world: World, revision: SimRevision, params: dict[str, Any]
) -> None:
    """Refuse a service, or a call that starts tasks, which doesn't go with its task definition.

    Raises:
        ApiError: It doesn't; a launch type that isn't named is the cluster's.
    """
    if not params.get("launchType") and not params.get("capacityProviderStrategy"):
        params = {**params, "launchType": world.launch_type_of(params)}
    refuse_breaches(operation, params, revision.raw)


def refuse_unsimulated(params: dict[str, Any]) -> None:
    """Refuse a service that real ECS accepts, or whose strategy no one knows.

    Raises:
        ApiError: It can't be simulated.
    """
    config = params.get("deploymentConfiguration") or {}
    strategy = config.get("strategy") or "ROLLING"
    if strategy not in _STRATEGIES:
        raise invalid(f"Invalid deployment strategy {strategy}.")
    if params.get("launchType") == "EXTERNAL":
        raise unsupported(f"the launch type {params['launchType']}")
    if any(b.get("loadBalancerName") for b in params.get("loadBalancers") or []):
        raise unsupported("Classic Load Balancers")
