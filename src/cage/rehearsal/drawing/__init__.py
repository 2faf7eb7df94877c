"""Drawing situations from seeds: service, files, incidents and timings."""

from __future__ import annotations

from cage.rehearsal.drawing.coverage import Coverage
from cage.rehearsal.drawing.draw import Draw, Planned, draw, read
from cage.rehearsal.drawing.performing import Performance, perform
from cage.rehearsal.drawing.shrinking import fails_as, shrink
from cage.rehearsal.drawing.words import repeat, words

__all__ = [
    "Coverage",
    "Draw",
    "Performance",
    "Planned",
    "draw",
    "fails_as",
    "perform",
    "read",
    "repeat",
    "shrink",
    "words",
]
