"""Finds the smallest situation that still fails: fewer incidents, no variation, a simpler shape."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator

from cage.rehearsal.draws.draw import Draw, Planned
from cage.rehearsal.draws.performance import perform
from cage.rehearsal.invariants import INVARIANTS, Invariant
from cage.rehearsal.shapes import SHAPES

MOST_TRIES = 200
"""This many rehearsals shrink a draw in seconds, and no loop is endless."""


def shrink(found: Draw, fails: Callable[[Draw], bool], most: int = MOST_TRIES) -> Draw:
    """Return the smallest draw that still fails, as far as `most` tries can find it.

    Args:
        fails: Returns whether a draw fails; must be true for `found`.
    """
    smallest, tries = found, 0
    shrunk = True
    while shrunk:
        shrunk = False
        for candidate in _smaller(smallest):
            if tries >= most:
                return smallest
            tries += 1
            if fails(candidate):
                smallest, shrunk = candidate, True
                break
    return smallest


def fails_as(
    names: frozenset[str], invariants: tuple[Invariant, ...] = INVARIANTS
) -> Callable[[Draw], bool]:
    """Return a function that returns whether a draw also breaks an invariant in `names`."""

    def fails(draw: Draw) -> bool:
        return bool(perform(draw, (), invariants).broken_names & names)

    return fails


def _smaller(draw: Draw) -> Iterator[Draw]:
    """Yield draws that are a little smaller, the largest reductions first."""
    incidents, varied = draw.incidents, draw.varied
    if varied:
        yield dataclasses.replace(draw, varied=())
    for index in range(len(incidents)):
        yield dataclasses.replace(draw, incidents=incidents[:index] + incidents[index + 1 :])
    for index in range(len(varied)):
        yield dataclasses.replace(draw, varied=varied[:index] + varied[index + 1 :])
    for index, planned in enumerate(incidents):
        for simpler in _simpler(planned):
            kept = (*incidents[:index], simpler, *incidents[index + 1 :])
            yield dataclasses.replace(draw, incidents=kept)
    for shape in itertools.takewhile(lambda shape: shape != draw.shape, SHAPES):
        yield dataclasses.replace(draw, shape=shape)


def _simpler(planned: Planned) -> Iterator[Planned]:
    """Yield the incident from the start, from its step's start, or after whole seconds."""
    if planned.step is not None:
        yield Planned(planned.name)
        if planned.after_s:
            yield Planned(planned.name, planned.step)
        if planned.after_s % 1:
            yield Planned(planned.name, planned.step, float(round(planned.after_s)))
