"""Lifecycle hooks of deployments, in words."""

from __future__ import annotations

from cage.model import events
from cage.model.services import PAUSE
from cage.wording.words import duration

_THEN = {"CONTINUE": "continues the deployment", "ROLLBACK": "rolls the deployment back"}


def hook_started(event: events.HookStarted) -> str:
    """Return what a deployment waits for, since when and until when, and how to decide."""
    text = waits(
        event.hook_id,
        event.hook_type,
        event.stage,
        event.target_arn,
        event.since,
        event.expires_at,
        event.timeout_action,
    )
    return "\n".join((f"  {text}", *(f"    {way}" for way in event.ways)))


def waits(
    hook_id: str,
    kind: str,
    stage: str,
    target_arn: str,
    since: str,
    expires_at: str,
    timeout_action: str,
) -> str:
    """Return one line about a hook that a deployment waits for."""
    where = f" in stage {stage}" if stage else ""
    began = f" since {since}" if since else ""
    name = f"pause {hook_id}" if kind == PAUSE else f"function {function(target_arn)}"
    what = f"paused{where}{began}: {name}" if kind == PAUSE else f"waiting{where}{began}: {name}"
    if not expires_at:
        return what
    then = _THEN.get(timeout_action, "takes its timeout action")
    return f"{what}, until {expires_at}; then ECS {then}"


def hook_ended(event: events.HookEnded) -> str:
    """Return how a hook ended."""
    what = "pause" if event.hook_type == PAUSE else "hook"
    state = event.status.lower().replace("_", " ") or "over"
    return f"  {what} {event.hook_id} is {state}, after {duration(event.took_s)}"


def function(arn: str) -> str:
    """Return the name of a Lambda function, by its ARN."""
    return arn.partition(":function:")[2] or arn
