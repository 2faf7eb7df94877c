"""Draws situations from seeds: service, files, incidents and timings."""

from __future__ import annotations

from cage.rehearsal.draws.coverage import Coverage
from cage.rehearsal.draws.description import describe, repeat
from cage.rehearsal.draws.draw import Draw, Planned, draw, read
from cage.rehearsal.draws.performance import Performance, perform
from cage.rehearsal.draws.shrinker import fails_as, shrink

__all__ = [
    "Coverage",
    "Draw",
    "Performance",
    "Planned",
    "describe",
    "draw",
    "fails_as",
    "perform",
    "read",
    "repeat",
    "shrink",
]
