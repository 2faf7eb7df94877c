"""What cage needs of CloudWatch Logs."""

from __future__ import annotations

from typing import Protocol

from cage.model.telemetry import LogPage, LogStream


class Logs(Protocol):
    """The part of CloudWatch Logs that cage uses."""

    async def tail(self, stream: LogStream, lines: int) -> tuple[str, ...]:
        """Return the last lines of a log stream, in the order of time.

        Raises:
            NotFoundError: There is no such group or stream.
        """

    async def page(self, stream: LogStream, token: str | None) -> LogPage:
        """Return some lines of a log stream from a page's token on; from its head without one.

        Raises:
            NotFoundError: There is no such group or stream.
        """
