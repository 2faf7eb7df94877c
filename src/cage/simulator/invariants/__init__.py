"""What must hold after every rehearsed rollout, whatever went wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from cage.simulator.invariants import leftovers, service, touches, words
from cage.simulator.invariants.run import Run

INVARIANTS: tuple[Callable[[Run], str | None], ...] = (
    *leftovers.INVARIANTS,
    *touches.INVARIANTS,
    *service.INVARIANTS,
    *words.INVARIANTS,
)


def violations(run: Run, but: Collection[str] = ()) -> list[str]:
    """Return every invariant that doesn't hold, each in one line.

    Args:
        but: Names of invariants that aren't asked for.
    """
    found = []
    for invariant in INVARIANTS:
        said = None if invariant.__name__ in but else invariant(run)
        if said is not None:
            found.append(f"{invariant.__name__}: {said}")
    return found


__all__ = ["INVARIANTS", "Run", "violations"]
