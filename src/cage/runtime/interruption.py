"""How signals end a rollout: the work at once, and each further one shortens the cleanup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from cage.runtime import clock

CLEAN_UP_S = 90.0
"""How long cleanup can take after a first signal."""

HURRIED_S = 30.0
"""How long it can take after a second one. The third ends it at once."""

LAST_CALL_S = 2.0
"""How long a cleanup that begins after the third can take: one call."""

ATTENDED_DRAIN_S = 30.0
"""How long a drain can take after a first signal if someone can send a second one: long enough
for most requests to end."""

UNATTENDED_DRAIN_S = 2.0
"""How long it can take otherwise. Load balancers stop sending requests within about a second, and
StopTask leaves the containers their stop timeout to answer those that they have. CI services kill
the process 5 seconds after their first signal or later (`tests/rollout/cancels.toml`)."""

_HURRY = 2
_GIVE_UP = 3


class Interruption:
    """The effect of signals on one rollout. Each further one shortens what is left to do.

    Args:
        attended: Whether someone sees the output and can send another signal.

    Attributes:
        signal: The first signal's name, such as `SIGINT`; None until there is one.
        changed: Whether the work has changed the service, or might have; the work sets it.
    """

    def __init__(self, *, attended: bool = True) -> None:
        self.signal: str | None = None
        self.changed = False
        self._attended = attended
        self._signals = 0
        self._wakes: dict[anyio.Event, int] = {}
        self._work: anyio.CancelScope | None = None
        self._shields: set[anyio.CancelScope] = set()
        self._patient: dict[anyio.CancelScope, int] = {}

    def __call__(self, signal: str) -> None:
        """Handle a signal: the first ends the work, the third also ends the cleanup."""
        self._signals += 1
        if self._signals == 1:
            self.signal = signal
            if self._work is not None:
                self._work.cancel()
        for wake, at in self._wakes.items():
            if self._signals >= at:
                wake.set()
        latest = clock.monotonic() + self._bound_s
        for shield in self._shields:
            shield.deadline = min(shield.deadline, latest)
            if self._signals >= _GIVE_UP:
                shield.cancel()
        for scope, until in tuple(self._patient.items()):
            if self._signals >= until:
                scope.cancel()

    @property
    def drain_s(self) -> float | None:
        """How long a drain can take in total, in seconds; None: as long as it needs."""
        if self._signals == 0:
            return None
        if self._signals >= _HURRY:
            return 0.0
        return ATTENDED_DRAIN_S if self._attended else UNATTENDED_DRAIN_S

    @property
    def _bound_s(self) -> float:
        """How long cleanup that begins now can take, in seconds."""
        if self._signals >= _GIVE_UP:
            return LAST_CALL_S
        return HURRIED_S if self._signals >= _HURRY else CLEAN_UP_S

    def work(self) -> anyio.CancelScope:
        """Return the scope to run the work in. The first signal ends it. Call this once."""
        self._work = anyio.CancelScope()
        if self.signal is not None:
            self._work.cancel()
        return self._work

    @contextmanager
    def waking(self) -> Iterator[anyio.Event]:
        """Yield an event for a wait. The first signal sets it."""
        with self._at(1) as wake:
            yield wake

    @contextmanager
    def hurrying(self) -> Iterator[anyio.Event]:
        """Yield an event that the second signal sets."""
        with self._at(_HURRY) as wake:
            yield wake

    @contextmanager
    def _at(self, signals: int) -> Iterator[anyio.Event]:
        wake = anyio.Event()
        if self._signals >= signals:
            wake.set()
        self._wakes[wake] = signals
        try:
            yield wake
        finally:
            del self._wakes[wake]

    @contextmanager
    def until_hurried(self) -> Iterator[anyio.CancelScope]:
        """Run a block until a second signal."""
        with self._until(_HURRY) as scope:
            yield scope

    @contextmanager
    def while_useful(self) -> Iterator[anyio.CancelScope]:
        """Run a block that only watches, until a signal after which no one waits for it."""
        with self._until(_HURRY if self._attended else 1) as scope:
            yield scope

    @contextmanager
    def _until(self, signals: int) -> Iterator[anyio.CancelScope]:
        with anyio.CancelScope() as scope:
            if self._signals >= signals:
                scope.cancel()
            self._patient[scope] = signals
            try:
                yield scope
            finally:
                del self._patient[scope]

    @contextmanager
    def shield(self, bound_s: float) -> Iterator[None]:
        """Shield a block from cancellation for `bound_s` seconds, or until a third signal."""
        if self._signals:
            bound_s = min(bound_s, self._bound_s)
        with anyio.CancelScope(shield=True, deadline=clock.monotonic() + bound_s) as scope:
            self._shields.add(scope)
            try:
                yield
            finally:
                self._shields.discard(scope)
