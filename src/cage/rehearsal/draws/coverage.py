"""Situations that the seeds have covered, by incident, step and shape. Many seeds can miss some."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Self

from cage.model.events import Step
from cage.rehearsal.draws.draw import possible
from cage.rehearsal.draws.performance import Performance
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.shapes import SHAPES

STEPS = tuple(step for step in Step if step is not Step.CREATE)
"""The steps of a rollout, in the order of the story."""


@dataclasses.dataclass(slots=True)
class Coverage:
    """Counts covered situations. Counts of several processes can be added.

    Attributes:
        met: Runs in which an incident happened, by incident, step and shape.
        shapes: Runs by shape.
        outcomes: Runs by outcome.
        varied: Runs by variation.
    """

    met: Counter[tuple[str, Step, str]] = dataclasses.field(default_factory=Counter)
    shapes: Counter[str] = dataclasses.field(default_factory=Counter)
    outcomes: Counter[str] = dataclasses.field(default_factory=Counter)
    varied: Counter[str] = dataclasses.field(default_factory=Counter)

    def add(self, performance: Performance) -> None:
        """Count a performance."""
        shape = performance.draw.shape
        self.shapes[shape] += 1
        self.outcomes[performance.outcome] += 1
        self.varied.update(f"{name}={value}" for name, value in performance.draw.varied)
        self.met.update((name, step, shape) for name, step in performance.fired)

    def __iadd__(self, other: Coverage) -> Self:
        self.met += other.met
        self.shapes += other.shapes
        self.outcomes += other.outcomes
        self.varied += other.varied
        return self

    def lines(self, *, every: bool = False) -> list[str]:
        """Return the report, one line each.

        Args:
            every: Whether to list every combination that was never met, not only the
                combinations of incident and shape.
        """
        counts = _counts("outcomes", self.outcomes) + _counts("shapes", self.shapes)
        return [*counts, "", *self._table(), "", *self._never(every=every)]

    def _table(self) -> list[str]:
        """Return runs by incident and step, and how many of the possible shapes were met."""
        width = max(map(len, CATALOG))
        columns = [f"{step:>9}" for step in STEPS]
        lines = [f"{'incident':<{width}}{''.join(columns)}   shapes"]
        for name in CATALOG:
            by_step = [sum(self.met[name, step, shape] for shape in SHAPES) for step in STEPS]
            can = [shape for shape in SHAPES if name in possible(shape)]
            did = [shape for shape in can if any(self.met[name, step, shape] for step in STEPS)]
            cells = "".join(f"{count or '.':>9}" for count in by_step)
            lines.append(f"{name:<{width}}{cells}   {len(did)} of {len(can)}")
        return lines

    def _never(self, *, every: bool) -> list[str]:
        cells = [
            (name, step, shape)
            for name in CATALOG
            for step in STEPS
            for shape in SHAPES
            if name in possible(shape)
        ]
        empty = [cell for cell in cells if not self.met[cell]]
        of_all = f"{len(cells) - len(empty)} of {len(cells)}"
        lines = [
            f"met: {of_all} combinations of incident, step and shape",
            f"never met: {len(empty)} of them, some of which can't be",
        ]
        pairs = dict.fromkeys((name, shape) for name, _, shape in cells)
        pairs_met = {(name, shape) for name, _, shape in self.met}
        never = [pair for pair in pairs if pair not in pairs_met]
        lines.append(f"never met: {len(never)} of {len(pairs)} combinations of incident and shape")
        by_name: dict[str, list[str]] = {}
        for name, shape in never:
            by_name.setdefault(name, []).append(shape)
        lines += [f"  {name}: {', '.join(shapes)}" for name, shapes in by_name.items()]
        if every:
            lines += [f"  {name} at {step} in {shape}" for name, step, shape in empty]
        return lines


def _counts(what: str, counter: Counter[str]) -> list[str]:
    said = ", ".join(f"{name} {count}" for name, count in counter.most_common())
    return [f"{what}: {said}"]
