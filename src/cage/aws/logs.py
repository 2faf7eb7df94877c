"""CloudWatch Logs over botocore.

A container's stream is read by GetLogEvents, not FilterLogEvents: the stream is known by name,
more calls a second are allowed (CloudWatch Logs quotas), and the patterns are cage's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cage.aws.calls import Caller
from cage.model.telemetry import LogPage, LogStream

MakeClient = Callable[[str | None], Any]
"""Makes the client of a Region; None: the one that cage works in."""


class BotoLogs:
    """Implements `cage.ports.logs.Logs`; a client is made only when a log is asked for."""

    def __init__(self, make: MakeClient, caller: Caller) -> None:
        self._make = make
        self._call = caller

    async def tail(self, stream: LogStream, lines: int) -> tuple[str, ...]:
        answer = await self._call.read(
            self._make(stream.region),
            "get_log_events",
            logGroupName=stream.group,
            logStreamName=stream.name,
            limit=lines,
            startFromHead=False,
        )
        return _lines(answer)

    async def page(self, stream: LogStream, token: str | None) -> LogPage:
        answer = await self._call.read(
            self._make(stream.region),
            "get_log_events",
            logGroupName=stream.group,
            logStreamName=stream.name,
            # A forward token is only taken with this (CloudWatch Logs API, GetLogEvents).
            startFromHead=True,
            **({"nextToken": token} if token else {}),
        )
        return LogPage(_lines(answer), str(answer["nextForwardToken"]))


def _lines(answer: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(e.get("message") or "").rstrip() for e in answer.get("events") or [])
