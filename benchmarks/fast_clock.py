"""Runs cage's command line on a clock that is faster than the machine's.

`python -m benchmarks.fast_clock SCALE BEGAN_S WALL_S ARGUMENTS...`: the process is a real one, with
its own signals, sockets and threads, but each of its waits takes a SCALE-th of the time. BEGAN_S is
when the clock began, on the machine's monotonic clock, and WALL_S what its wall showed then. All
processes with the same three share one time.
"""

from __future__ import annotations

import asyncio
import dataclasses
import selectors
import sys
import time
from datetime import UTC, datetime

from cage.cli.main import main


@dataclasses.dataclass(frozen=True)
class FastClock:
    """A clock that several processes share.

    Attributes:
        scale: How many of its seconds pass in a real second.
        began_s: When it began, on the machine's monotonic clock.
        wall_s: What its wall showed then, in seconds since 1970, UTC.
    """

    scale: float
    began_s: float
    wall_s: float

    @classmethod
    def starting(cls, scale: float) -> FastClock:
        """Return a clock that begins now."""
        wall_s = datetime.now(UTC).timestamp()  # noqa: TID251  it begins with the machine's
        return cls(scale, time.monotonic(), wall_s)  # noqa: TID251  as above

    @property
    def arguments(self) -> tuple[str, ...]:
        """What another process needs to share it."""
        return (str(self.scale), repr(self.began_s), repr(self.wall_s))

    def seconds(self) -> float:
        """Return its seconds since it began."""
        return (time.monotonic() - self.began_s) * self.scale  # noqa: TID251  as above

    def sleep(self, seconds: float) -> None:
        """Wait for its seconds."""
        time.sleep(max(0.0, seconds) / self.scale)  # noqa: TID251  as above


class _Selector(selectors.DefaultSelector):
    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            timeout /= self._clock.scale
        return super().select(timeout)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: FastClock) -> None:
        self._fast = clock
        self.wall_epoch = clock.wall_s
        super().__init__(_Selector(clock))

    def time(self) -> float:
        return self._fast.seconds()


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._clock = clock

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return _Loop(self._clock)


if __name__ == "__main__":
    scale, began_s, wall_s = map(float, sys.argv[1:4])
    asyncio.set_event_loop_policy(_Policy(FastClock(scale, began_s, wall_s)))
    sys.argv[1:4] = []
    main()
