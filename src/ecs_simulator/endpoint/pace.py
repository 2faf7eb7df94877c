"""How virtual time follows real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ecs_simulator.operations.times import EPOCH


class Pace:
    """Virtual time that follows real time, `scale` times as fast.

    Args:
        begins_s: The virtual moment that is now, in seconds.
        scale: How many virtual seconds pass in a real second.
        real_s: Returns real time, in seconds.
        began_at: The time that the clients' clocks show now; None: this machine's clock.
    """

    def __init__(
        self,
        begins_s: float,
        scale: float,
        real_s: Callable[[], float] = time.monotonic,  # noqa: TID251  real time is what it follows
        began_at: datetime | None = None,
    ) -> None:
        self.scale = scale
        self._begins_s = begins_s
        self._real_s = real_s
        self._began = real_s()
        self._began_at = began_at or datetime.now(UTC)  # noqa: TID251  as above
        self._jumps: list[tuple[float, float]] = []

    def jump(self, seconds: float) -> None:
        """Let virtual seconds pass in no real time."""
        self._jumps.append((self._paced_s(), seconds))

    def now_s(self) -> float:
        """Return the virtual moment that is now, in seconds."""
        return self._begins_s + self._paced_s() + sum(seconds for _, seconds in self._jumps)

    def _paced_s(self) -> float:
        """Return how many virtual seconds have passed, but for the jumps."""
        return (self._real_s() - self._began) * self.scale

    def shown(self, virtual: datetime) -> datetime:
        """Return when the client's own clock saw a virtual moment, whatever the scale."""
        since_s = (virtual - EPOCH).total_seconds() - self._begins_s
        for at_s, seconds in self._jumps:
            since_s -= min(seconds, max(0.0, since_s - at_s))
        return self._began_at + timedelta(seconds=since_s / self.scale)

    def meant(self, real: datetime) -> datetime:
        """Return the virtual moment at which the client's own clock shows this."""
        since_s = (real - self._began_at).total_seconds() * self.scale
        jumped_s = sum(seconds for at_s, seconds in self._jumps if at_s <= since_s)
        return EPOCH + timedelta(seconds=self._begins_s + since_s + jumped_s)
