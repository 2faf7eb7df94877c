"""A reader's view: not always the present, because ECS's and ELB's answers lag behind.

Source: ECS API reference, RunTask: the API is eventually consistent, and a change isn't
seen by every later call. *Unknown*: by how much. AWS doesn't promise that a reader
ever sees its own change at once. The answer to a call that changes something is current.
"""

from __future__ import annotations

import dataclasses
import random
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

View: TypeAlias = Callable[[Any], Any]
"""Returns a thing as a reader sees it; the returned view never changes later."""


@dataclasses.dataclass(frozen=True, slots=True)
class Lag:
    """How reads of a kind lag: how many of them, and by how many seconds at most."""

    chance: float = 0.5
    most_s: float = 4.0


class Replica:
    """Keeps past views of things for as long as a reader might still see them.

    Only changes are kept: code that changes a thing touches it, and before the clock
    advances, one view of each touched thing is made.

    Args:
        seed: Decides which reads lag; the world's own course doesn't depend on it.
        views: How to show a thing, by kind: task, service, history, group, revision, instance.
        lags: How reads lag, by kind; any other kind doesn't lag.
    """

    def __init__(self, seed: int, views: Mapping[str, View], lags: Mapping[str, Lag]) -> None:
        self._random = random.Random(f"cage/lag/{seed}")
        self._views = views
        self._lags = dict(lags)
        self._past: dict[tuple[str, str], deque[tuple[float, Any]]] = {}
        self._touched: dict[tuple[str, str], Any] = {}

    def touch(self, kind: str, key: str, thing: Any) -> None:
        """Note that a thing changed, or was created."""
        if kind in self._lags:
            self._touched[kind, key] = thing

    def settle(self, now_s: float) -> None:
        """Keep a view of each touched thing, before time passes."""
        for (kind, key), thing in self._touched.items():
            past = self._past.setdefault((kind, key), deque())
            past.append((now_s, self._views[kind](thing)))
            horizon = now_s - self._lags[kind].most_s
            while len(past) > 1 and past[1][0] <= horizon:
                past.popleft()
        self._touched.clear()

    def moment(self, kind: str, now_s: float) -> float:
        """Draw the moment that a read of this kind shows: now, or some seconds ago."""
        lag = self._lags.get(kind)
        if lag is None or self._random.random() >= lag.chance:
            return now_s
        return now_s - self._random.uniform(0.0, lag.most_s)

    def at(self, kind: str, key: str, thing: Any, moment_s: float, now_s: float) -> Any:
        """Return what a thing looked like at a moment; None if it didn't exist yet."""
        if moment_s >= now_s or kind not in self._lags:
            return self._views[kind](thing)
        for at_s, view in reversed(self._past.get((kind, key), ())):
            if at_s <= moment_s:
                return view
        return None
