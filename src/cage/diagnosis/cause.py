"""A cause of task failures, and which cause ECS's text is about.

The most specific words decide, wherever the row of a cause is in the table. An error that contains
another names the inner one last, so of words that are equally specific the last ones decide.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import re
from collections.abc import Iterable


class Level(enum.IntEnum):
    """How much words say about a cause."""

    STEP = 1
    """The step that failed, such as `CannotPullContainerError`."""
    RESULT = 2
    """The result, such as an exit code."""
    DETAIL = 3
    """The detail, such as `no space left on device`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """Words of ECS that name a cause.

    Attributes:
        pattern: Matched, ignoring case, against what ECS reports about an affected task.
        within: Another pattern that must match too, for words that many errors have.
        but: A pattern that must not match.
    """

    pattern: str
    level: Level = Level.DETAIL
    within: str = ""
    but: str = ""

    def specificity(self, text: str) -> tuple[int, int, int] | None:
        """Return how specific the words are where they match; None: they don't."""
        if self.within and not _search(self.within, text):
            return None
        if self.but and _search(self.but, text):
            return None
        found = [match.span() for match in _compiled(self.pattern).finditer(text)]
        return max(((self.level, end, end - start) for start, end in found), default=None)


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """A cause of task failures.

    Attributes:
        name: One CamelCase word for programs.
        words: Words that name it.
        transient: Whether another start might succeed although no one fixes anything.
        remedy: The usual fix.
    """

    name: str
    words: tuple[Words, ...]
    transient: bool
    remedy: str

    def specificity(self, text: str) -> tuple[int, int, int] | None:
        """Return how specifically ECS's text names this cause; None: not at all."""
        return max(filter(None, (each.specificity(text) for each in self.words)), default=None)


def most_specific(text: str, causes: Iterable[Cause]) -> Cause | None:
    """Return the cause that ECS's text names most specifically; None: it names none."""
    found = [(rank, cause.name, cause) for cause in causes if (rank := cause.specificity(text))]
    return max(found, key=lambda each: each[:2])[2] if found else None


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _search(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None
