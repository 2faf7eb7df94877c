"""CloudWatch Logs: a stream's events, from its end or page by page from its head."""

from __future__ import annotations

import re
from typing import Any

from ecs_simulator.operations.times import EPOCH
from ecs_simulator.world import ApiError, World

_MILLIS = 1000
_MOST = 10_000


def get_log_events(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Return events in the order of time.

    From the head, the first page without a time range is empty: AWS says that a page can be
    empty, and that only a repeated token marks the end.
    """
    key = _group(params), params["logStreamName"]
    lines = world.tasks.logs.shown(key, world.now)
    if lines is None:
        raise ApiError("ResourceNotFoundException", "The specified log stream does not exist.")
    limit = int(params.get("limit") or _MOST)
    token = params.get("nextToken")
    if token is not None:
        first, last = _page(str(token), params, limit, len(lines))
    elif params.get("startFromHead"):
        first, last = 0, 0
    else:
        first, last = max(0, len(lines) - limit), len(lines)
    start_s = EPOCH.timestamp()
    return {
        "events": [
            {
                "timestamp": int((start_s + line.at_s) * _MILLIS),
                "ingestionTime": int((start_s + line.shown_s) * _MILLIS),
                "message": line.text,
            }
            for line in lines[first:last]
        ],
        "nextForwardToken": f"f/{last:056d}/s",
        "nextBackwardToken": f"b/{first:056d}/s",
    }


def _group(params: dict[str, Any]) -> str:
    """Return a log group's name; an identifier is its name, or its ARN with or without `:*`.

    Source: CloudWatch Logs API reference, GetLogEvents: one of the two, but not both.
    """
    name, identifier = params.get("logGroupName"), params.get("logGroupIdentifier")
    if bool(name) == bool(identifier):
        text = "Exactly one of logGroupName and logGroupIdentifier must be given."
        raise ApiError("InvalidParameterException", text)
    return str(name or identifier).rpartition(":log-group:")[2].removesuffix(":*")


def _page(token: str, params: dict[str, Any], limit: int, known: int) -> tuple[int, int]:
    found = re.fullmatch(r"([fb])/(\d{56})/s", token)
    if found is None or (found[1] == "f" and not params.get("startFromHead")):
        raise ApiError("InvalidParameterException", "The specified nextToken is invalid.")
    at = min(int(found[2]), known)
    return (at, min(known, at + limit)) if found[1] == "f" else (max(0, at - limit), at)
