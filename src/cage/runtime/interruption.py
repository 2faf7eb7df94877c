"""How a signal ends a rollout: the work at once, the cleanup within a time limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from cage.runtime import clock

CLEAN_UP_S = 90.0
"""How long cleanup can take after a signal. A second signal ends it at once."""


class Interruption:
    """The effect of a first and a second signal on one rollout.

    Attributes:
        signal: The first signal's name, such as `SIGINT`; None until there is one.
        changed: Whether the work has changed the service, or might have; the work sets it.
    """

    def __init__(self) -> None:
        self.signal: str | None = None
        self.changed = False
        self._wakes: set[anyio.Event] = set()
        self._work: anyio.CancelScope | None = None
        self._shields: set[anyio.CancelScope] = set()

    def __call__(self, signal: str) -> None:
        """Handle a signal: the first ends the work, the second also ends the cleanup."""
        if self.signal is None:
            self.signal = signal
            for wake in self._wakes:
                wake.set()
            if self._work is not None:
                self._work.cancel()
            latest = clock.monotonic() + CLEAN_UP_S
            for shield in self._shields:
                shield.deadline = min(shield.deadline, latest)
            return
        for shield in self._shields:
            shield.cancel()

    def work(self) -> anyio.CancelScope:
        """Return the scope to run the work in. The first signal ends it. Call this once."""
        self._work = anyio.CancelScope()
        if self.signal is not None:
            self._work.cancel()
        return self._work

    @contextmanager
    def waking(self) -> Iterator[anyio.Event]:
        """Yield an event for a wait. The first signal sets it."""
        wake = anyio.Event()
        if self.signal is not None:
            wake.set()
        self._wakes.add(wake)
        try:
            yield wake
        finally:
            self._wakes.discard(wake)

    @contextmanager
    def shield(self, bound_s: float) -> Iterator[None]:
        """Shield a block from cancellation for `bound_s` seconds, or until a second signal."""
        if self.signal is not None:
            bound_s = min(bound_s, CLEAN_UP_S)
        with anyio.CancelScope(shield=True, deadline=clock.monotonic() + bound_s) as scope:
            self._shields.add(scope)
            try:
                yield
            finally:
                self._shields.discard(scope)
