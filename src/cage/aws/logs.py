"""CloudWatch Logs over botocore.

A container's stream is read with GetLogEvents, not FilterLogEvents: the stream's name is known,
the quota of calls per second is higher (CloudWatch Logs quotas), and cage matches patterns itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cage.aws.calls import Caller
from cage.model.telemetry import LogPage, LogStream

MakeClient = Callable[[str | None], Any]
"""Creates the client of a Region; None: the Region that cage works in."""


class BotoLogs:
    """Implements `cage.ports.logs.Logs`; a client is created only when a log is requested."""

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
            # A forward token is only accepted with this (CloudWatch Logs API, GetLogEvents).
            startFromHead=True,
            **({"nextToken": token} if token else {}),
        )
        return LogPage(_lines(answer), str(answer["nextForwardToken"]))


def _lines(answer: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(e.get("message") or "").rstrip() for e in answer.get("events") or [])
