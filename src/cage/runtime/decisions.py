"""What someone decides about a rollout from beside AWS: a terminal, a file, a signal."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
from collections.abc import Iterator

import anyio


class Word(enum.StrEnum):
    """What can be decided."""

    PROMOTE = "promote"
    ABORT = "abort"


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """A decision.

    Attributes:
        by: Who decided, or by what, in a few words; empty if no one knows.
        when: When, in words; empty if it is just now.
    """

    word: Word
    by: str
    when: str = ""

    def __str__(self) -> str:
        when = f" at {self.when}" if self.when else ""
        return f"{self.by or 'someone'}{when}"


class Decisions:
    """Takes the decisions about one rollout that don't come through AWS.

    An abort wins over a promote, whichever comes first. Use it on the rollout's event loop.

    Attributes:
        ways: How one may decide here, one line each, for people.
        taken: The decision that counts; None until there is one.
        made: Set once there is one.
        awaited: Set while the rollout waits for approval.
        closed: Set once a decision comes too late.
    """

    def __init__(self, ways: tuple[str, ...] = ()) -> None:
        self.ways = ways
        self.taken: Decision | None = None
        self.made = anyio.Event()
        self.awaited = anyio.Event()
        self.closed = anyio.Event()

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Have decisions asked for; leaving it, no more."""
        self.awaited.set()
        try:
            yield
        finally:
            self.closed.set()

    def __call__(self, decision: Decision) -> bool:
        """Take a decision; False if it comes too late."""
        if self.closed.is_set():
            return False
        if self.taken is None or decision.word is Word.ABORT:
            self.taken = decision
        self.made.set()
        return True

    def promote(self, by: str) -> bool:
        """Approve of the rollout, in the name of someone; False if that comes too late."""
        return self(Decision(Word.PROMOTE, by))

    def abort(self, by: str) -> bool:
        """Abort the rollout, in the name of someone; False if that comes too late."""
        return self(Decision(Word.ABORT, by))
