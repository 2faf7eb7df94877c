"""CloudWatch Logs: containers' output through the awslogs driver, as it arrives there.

The driver sends what was written every 5 s, and at once when the container ends (moby,
daemon/logger/awslogs). *Unknown*: how long CloudWatch takes; 0.5 to 2 s are drawn.
"""

from __future__ import annotations

import random
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[str, str]
"""A log group's name, and a stream's in it."""

SENT_EVERY_S = 5.0


class Line(NamedTuple):
    """A line, when it was written, and when CloudWatch begins to show it."""

    at_s: float
    shown_s: float
    text: str


class LogStreams:
    """All log streams of the account.

    Args:
        seed: Decides how late lines are, and nothing else.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"cage/logs/{seed}")
        self._streams: dict[Key, list[Line]] = {}
        self._began_s: dict[Key, float] = {}

    def begin(self, key: Key, now: float) -> None:
        """Create a container's stream: the driver creates it when the container starts."""
        self._streams.setdefault(key, [])
        self._began_s.setdefault(key, now)

    def write(self, key: Key, now: float, text: str, *, ends: bool = False) -> None:
        """Let a container write a line; `ends`: right before it ends."""
        self.begin(key, now)
        lines = self._streams[key]
        since_s = now - self._began_s[key]
        waits_s = 0.0 if ends else SENT_EVERY_S - since_s % SENT_EVERY_S
        shown_s = now + waits_s + self._random.uniform(0.5, 2.0)
        if ends:
            lines[:] = [line._replace(shown_s=min(line.shown_s, shown_s)) for line in lines]
        # One batch after the other: lines stay in order.
        lines.append(Line(now, max([shown_s, *(line.shown_s for line in lines[-1:])]), text))

    def shown(self, key: Key, now: float) -> list[Line] | None:
        """Return the lines that CloudWatch shows by now; None if the stream doesn't exist."""
        lines = self._streams.get(key)
        return None if lines is None else [line for line in lines if line.shown_s <= now]
