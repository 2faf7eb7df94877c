"""The calls to CloudWatch Logs that cage needs."""

from __future__ import annotations

from typing import Protocol

from cage.model.telemetry import LogPage, LogStream


class Logs(Protocol):
    """The part of CloudWatch Logs that cage uses."""

    async def tail(self, stream: LogStream, lines: int) -> tuple[str, ...]:
        """Return the last lines of a log stream, oldest first.

        Raises:
            NotFoundError: The log group or stream was not found.
        """

    async def page(self, stream: LogStream, token: str | None) -> LogPage:
        """Return some lines of a log stream, from a page's token on. Without one, from its head.

        Raises:
            NotFoundError: The log group or stream was not found.
        """
