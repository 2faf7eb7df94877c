"""Clients' time and the world's, where they differ: converts the moments in a call.

A world's clock begins in the year 2030, and can be faster than its clients'. All moments in
requests and answers are by the clients' own clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

_MILLIS = {
    "logs": frozenset(
        {
            "creationTime",
            "endTime",
            "firstEventTimestamp",
            "ingestionTime",
            "lastEventTimestamp",
            "lastIngestionTime",
            "startTime",
            "timestamp",
        }
    ),
}
"""Moments that an API has as milliseconds since 1970 (CloudWatch Logs API reference)."""


class ClientsTime(Protocol):
    """Converts between the clients' clocks and the world's."""

    @property
    def scale(self) -> float:
        """How many of the world's seconds pass in one of theirs."""

    def shown(self, virtual: datetime) -> datetime:
        """Return what a client's clock shows at a moment of the world."""

    def meant(self, real: datetime) -> datetime:
        """Return the moment of the world at which a client's clock shows this."""

    def jump(self, seconds: float) -> None:
        """Let the world's seconds pass while theirs don't."""


def retimed(service: str, value: Any, turn: Callable[[datetime], datetime]) -> Any:
    """Return a call's parameters or result with each of its moments converted.

    A moment without a zone is in UTC: the parsers leave the zone out.
    """
    millis = _MILLIS.get(service, frozenset())

    def each(item: Any, key: str = "") -> Any:
        if isinstance(item, datetime):
            return turn(item if item.tzinfo else item.replace(tzinfo=UTC))
        if isinstance(item, dict):
            return {name: each(inner, name) for name, inner in item.items()}
        if isinstance(item, list):
            return [each(inner) for inner in item]
        if key in millis and isinstance(item, int):
            return round(turn(datetime.fromtimestamp(item / 1000, UTC)).timestamp() * 1000)
        return item

    return each(value)
