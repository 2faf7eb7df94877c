"""An event loop in virtual time: when everything waits, the clock jumps to the next timer."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import anyio

from ecs_simulator.operations.times import EPOCH

T = TypeVar("T")


class StalledError(RuntimeError):
    """Nothing is left to happen: the code under simulation waits forever."""


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that lets virtual time pass instead of waiting."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            raise StalledError("nothing is left to happen, and the simulation still waits")
        self.loop.jump(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio loop whose clock starts at 0 and stands still while code runs.

    Attributes:
        wall_epoch: What `cage.runtime.clock` adds to show a wall-clock time, seconds since 1970.
    """

    def __init__(self) -> None:
        self._virtual_s = 0.0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-9
        self.wall_epoch = EPOCH.timestamp()

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self._virtual_s

    def jump(self, seconds: float) -> None:
        """Move the clock forward."""
        self._virtual_s += seconds


def run(main: Callable[[], Coroutine[Any, Any, T]], *, at_s: float = 0.0) -> T:
    """Run an async function to its end in virtual time.

    Args:
        main: Called without arguments.
        at_s: The virtual clock's time at the start, to agree with a world in which time has
            already passed.

    Raises:
        StalledError: It waits for something that will never happen.
    """

    def factory() -> VirtualLoop:
        loop = VirtualLoop()
        loop.jump(at_s)
        return loop

    return anyio.run(main, backend_options={"loop_factory": factory})
