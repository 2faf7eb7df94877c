"""Drawing situations from seeds: service, files, incidents and timings."""

from __future__ import annotations

from cage.simulator.drawing.coverage import Coverage
from cage.simulator.drawing.draw import Draw, Planned, draw, read
from cage.simulator.drawing.performing import Performance, perform
from cage.simulator.drawing.shrinking import fails_as, shrink
from cage.simulator.drawing.words import repeat, words

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
