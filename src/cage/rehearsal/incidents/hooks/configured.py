"""The lifecycle hooks that a rehearsed service is configured with."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from cage.rehearsal.stage import Stage

_MINUTES = 45
PAUSE_MINUTES = 14 * 1440
"""How long a pause can last at most ("Pause hooks for Amazon ECS service deployments",
Configuration fields)."""


def hooks_of(stage: Stage, kind: str) -> list[dict[str, Any]]:
    """Return the service's hooks of a type; changing them changes the service."""
    return hooks_in(stage.service.raw, kind)


def hooks_in(service: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the hooks of a type that a service's definition has."""
    config = service.get("deploymentConfiguration") or {}
    hooks = config.get("lifecycleHooks") or []
    return [hook for hook in hooks if _kind(hook) == kind]


def needs_hook(kind: str) -> Callable[[Stage], str | None]:
    """The incident is about a hook of a type: PAUSE or AWS_LAMBDA."""
    word = "pauses at no lifecycle stage" if kind == "PAUSE" else "has no Lambda hook"

    def inapplicable(stage: Stage) -> str | None:
        return None if hooks_of(stage, kind) else f"it {word}"

    return inapplicable


def times_out(kind: str, action: str) -> Callable[[Stage], None]:
    """Let the service's hooks of a type time out after a while, with an action.

    Those of a deployment in progress and those that an update sends time out so, too.
    """
    limit = {"timeoutInMinutes": _MINUTES, "action": action}

    def gate(operation: str, params: dict[str, Any]) -> None:
        config = params.get("deploymentConfiguration") or {}
        if operation == "UpdateService" and config.get("lifecycleHooks"):
            timed = [
                {**hook, "timeoutConfiguration": limit} if _kind(hook) == kind else hook
                for hook in config["lifecycleHooks"]
            ]
            params["deploymentConfiguration"] = {**config, "lifecycleHooks": timed}

    def arm(stage: Stage) -> None:
        for hook in hooks_of(stage, kind):
            hook["timeoutConfiguration"] = limit
        for record in stage.service.history[:1]:
            for hook in hooks_in({"deploymentConfiguration": record.configuration}, kind):
                hook["timeoutConfiguration"] = limit
            for begun in record.hooks:
                begun.action = action if begun.target_type == kind else begun.action
        stage.world.gates.append(gate)

    return arm


def _kind(hook: Mapping[str, Any]) -> str:
    return str(hook.get("targetType") or "AWS_LAMBDA")


def twice(stage: Stage) -> None:
    """Configure each of the service's pauses twice."""
    for hook in hooks_of(stage, "PAUSE"):
        stage.service.configuration["lifecycleHooks"].append(copy.deepcopy(hook))
