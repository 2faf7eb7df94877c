"""CloudWatch Logs: the end of a stream."""

from __future__ import annotations

from typing import Any

from cage.simulator.operations.times import EPOCH
from cage.simulator.world import ApiError, World

_MILLIS = 1000


def get_log_events(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Return a stream's last events, in the order of time."""
    key = params["logGroupName"], params["logStreamName"]
    written = world.tasks.logs.get(key)
    if written is None:
        raise ApiError("ResourceNotFoundException", "The specified log stream does not exist.")
    start_s = EPOCH.timestamp()
    events = [
        {"timestamp": int((start_s + at_s) * _MILLIS), "message": line} for at_s, line in written
    ]
    return {"events": events[-int(params.get("limit") or 10000) :]}
