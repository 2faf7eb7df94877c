"""A text with values put in, which knows where each of its characters was written."""

from __future__ import annotations

import bisect
import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cage.definitions.source import Source


@dataclasses.dataclass(frozen=True, slots=True)
class Replacement:
    """What stands in for a placeholder.

    Attributes:
        start: The placeholder's offset in the source.
        end: The offset behind it.
        text: What is put in; the placeholder as written, if it is unknown.
        unknown: Whether it couldn't be replaced: there is a finding about that, or what it
            stands for isn't asked.
        secret: Whether a secret's value is in the text.
    """

    start: int
    end: int
    text: str
    unknown: bool = False
    secret: bool = False


class Filled:
    """The source with its replacements made.

    Args:
        source: The text as written.
        replacements: In the order of the text, none overlapping.
    """

    def __init__(self, source: Source, replacements: list[Replacement]) -> None:
        self.source = source
        self.replacements = replacements
        pieces: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        length = position = 0
        for one in replacements:
            literal = source.text[position : one.start]
            pieces += (literal, one.text)
            self._starts.append(length + len(literal))
            length += len(literal) + len(one.text)
            self._ends.append(length)
            position = one.end
        pieces.append(source.text[position:])
        self.text = "".join(pieces)

    def origin(self, offset: int) -> int:
        """Return the offset in the source of what stands at `offset`."""
        index = bisect.bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        if offset < self._ends[index]:
            return self.replacements[index].start
        return self.replacements[index].end + offset - self._ends[index]

    def within(self, start: int, end: int) -> list[Replacement]:
        """Return the replacements that reach into the text between two offsets."""
        if not self._starts:
            return []
        first = bisect.bisect_right(self._ends, start)
        last = bisect.bisect_left(self._starts, end)
        return self.replacements[first:last]

    def written(self, start: int, end: int) -> str:
        """Return how the text between two offsets was written."""
        inside = self.within(start, end)
        begin = min([self.origin(start), *(one.start for one in inside)])
        stop = max([self.origin(end), *(one.end for one in inside)])
        return self.source.text[begin:stop]
