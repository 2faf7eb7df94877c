"""Small pieces of text that several reports share."""

from __future__ import annotations

from cage.model.base import short


def duration(seconds: float) -> str:
    """Return a duration in words, such as `45 s`, `15 min` or `2 min 30 s`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def task_id(arn: str) -> str:
    """Return the start of a task id, long enough to be unique."""
    return short(arn)[:12]


def group(arn: str) -> str:
    """Return the name of a target group, from its ARN."""
    parts = arn.split("/")
    return f"target group {parts[1]}" if len(parts) > 1 else arn
