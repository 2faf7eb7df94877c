"""The lifecycle hooks that a rehearsed service is configured with."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from cage.rehearsal.stage import Stage

_MINUTES = 45


def hooks_of(stage: Stage, kind: str) -> list[dict[str, Any]]:
    """Return the service's hooks of a type; changing them changes the service."""
    config = stage.service.raw.get("deploymentConfiguration") or {}
    hooks = config.get("lifecycleHooks") or []
    return [hook for hook in hooks if (hook.get("targetType") or "AWS_LAMBDA") == kind]


def needs_hook(kind: str) -> Callable[[Stage], str | None]:
    """The incident is about a hook of a type: PAUSE or AWS_LAMBDA."""
    word = "pauses at no lifecycle stage" if kind == "PAUSE" else "has no Lambda hook"

    def inapplicable(stage: Stage) -> str | None:
        return None if hooks_of(stage, kind) else f"it {word}"

    return inapplicable


def times_out(kind: str, action: str) -> Callable[[Stage], None]:
    """Let the service's hooks of a type time out after a while, with an action."""

    def arm(stage: Stage) -> None:
        for hook in hooks_of(stage, kind):
            hook["timeoutConfiguration"] = {"timeoutInMinutes": _MINUTES, "action": action}

    return arm


def twice(stage: Stage) -> None:
    """Configure each of the service's pauses twice."""
    for hook in hooks_of(stage, "PAUSE"):
        stage.service.configuration["lifecycleHooks"].append(copy.deepcopy(hook))
