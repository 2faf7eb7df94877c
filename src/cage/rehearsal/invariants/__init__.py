"""Invariants of every rehearsed rollout, whatever went wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from cage.rehearsal.invariants import (
    deaths,
    orphans,
    permissions,
    service,
    serving,
    slowness,
    touches,
    waits,
    words,
)
from cage.rehearsal.invariants.run import Run

Invariant: TypeAlias = Callable[[Run], str | None]
"""Returns how a run breaks the invariant; None if it holds."""

INVARIANTS: tuple[Invariant, ...] = (
    *orphans.INVARIANTS,
    *deaths.INVARIANTS,
    *touches.INVARIANTS,
    *service.INVARIANTS,
    *serving.INVARIANTS,
    *words.INVARIANTS,
    *waits.INVARIANTS,
    *slowness.INVARIANTS,
    *permissions.INVARIANTS,
)


def violations(run: Run, invariants: Iterable[Invariant] = INVARIANTS) -> list[str]:
    """Return every invariant that doesn't hold, each in one line that begins with its name."""
    found = []
    for invariant in invariants:
        said = invariant(run)
        if said is not None:
            found.append(f"{invariant.__name__}: {said}")
    return found


__all__ = ["INVARIANTS", "Invariant", "Run", "violations"]
