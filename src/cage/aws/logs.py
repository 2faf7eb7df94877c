"""CloudWatch Logs over botocore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cage.aws.calls import Caller

MakeClient = Callable[[str | None], Any]
"""Makes the client of a Region; None: the one that cage works in."""


class BotoLogs:
    """Implements `cage.gateway.Logs`; a client is made only when a log is asked for."""

    def __init__(self, make: MakeClient, caller: Caller) -> None:
        self._make = make
        self._call = caller

    async def tail(
        self, group: str, stream: str, region: str | None, lines: int
    ) -> tuple[str, ...]:
        answer = await self._call.read(
            self._make(region),
            "get_log_events",
            logGroupName=group,
            logStreamName=stream,
            limit=lines,
            startFromHead=False,
        )
        return tuple(str(e.get("message") or "").rstrip() for e in answer.get("events") or [])
