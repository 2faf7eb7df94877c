"""Decisions about a rollout that don't come through AWS: from a terminal, a file or a signal."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
from collections.abc import Iterator

import anyio


class Word(enum.StrEnum):
    """The possible decisions."""

    PROMOTE = "promote"
    ABORT = "abort"


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """A decision.

    Attributes:
        by: Who or what decided, in a few words; empty if unknown.
        when: When, in words; empty if just now.
        proven: Whether cage itself knows who decided. A tag says so only of its own accord.
    """

    word: Word
    by: str
    when: str = ""
    proven: bool = True

    def __str__(self) -> str:
        when = f" at {self.when}" if self.when else ""
        by = f"someone who says they are {self.by}" if self.by and not self.proven else self.by
        return f"{by or 'someone'}{when}"


class Decisions:
    """Accepts the decisions about one rollout that don't come through AWS.

    An abort overrides a promote, whichever comes first. Use it on the rollout's event loop.

    Attributes:
        ways: How to decide here, one line each, for people.
        taken: The decision that counts; None until there is one.
        made: Set once there is a decision.
        awaited: Set while the rollout waits for approval.
        closed: Set once a decision would come too late.
        reopened: Set once decisions count again, about another canary.
    """

    def __init__(self, ways: tuple[str, ...] = ()) -> None:
        self.ways = ways
        self.taken: Decision | None = None
        self._renew()

    def _renew(self) -> None:
        self.made = anyio.Event()
        self.awaited = anyio.Event()
        self.closed = anyio.Event()
        self.reopened = anyio.Event()

    def reopen(self) -> None:
        """Accept decisions about another canary. An approval was of the previous one only."""
        if not self.closed.is_set() and not self.awaited.is_set():
            return
        if self.taken is not None and self.taken.word is Word.PROMOTE:
            self.taken = None
        reopened = self.reopened
        self._renew()
        reopened.set()

    @contextlib.contextmanager
    def open(self, *, more: bool = False) -> Iterator[None]:
        """Request decisions until the block ends.

        Args:
            more: Whether more checks follow. Then an abort still counts.
        """
        self.awaited.set()
        try:
            yield
        finally:
            if not more:
                self.closed.set()

    def __call__(self, decision: Decision) -> bool:
        """Accept a decision; return False if it comes too late, or approves too early."""
        if self.closed.is_set() or self.too_early(decision.word):
            return False
        if self.taken is None or decision.word is Word.ABORT:
            self.taken = decision
        self.made.set()
        return True

    def too_early(self, word: Word) -> bool:
        """Return whether this approves a rollout that hasn't requested approval yet."""
        return word is Word.PROMOTE and not self.awaited.is_set()

    def promote(self, by: str) -> bool:
        """Approve the rollout on behalf of `by`; return False if that is too early or too late."""
        return self(Decision(Word.PROMOTE, by))

    def abort(self, by: str) -> bool:
        """Abort the rollout on behalf of `by`; return False if that comes too late."""
        return self(Decision(Word.ABORT, by))
