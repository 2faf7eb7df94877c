"""A draw: everything that a seed decides about a rehearsal, as a value to write and read."""

from __future__ import annotations

import dataclasses
import functools
import random
from collections.abc import Collection

from cage.model.errors import UsageError
from cage.model.events import Step
from cage.rehearsal.draws.variations import VARIATIONS
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.script import Script
from cage.rehearsal.shapes import SHAPES

_HOW_MANY = ((0, 8), (1, 50), (2, 27), (3, 15))
_VARIED = 0.09
_FROM_THE_START = 0.6
_STEPS = (Step.REGISTER, Step.START, Step.CHECK, Step.PROMOTE, Step.PROVE)
_LATEST_S = {Step.CHECK: 60.0, Step.PROVE: 300.0}

_WIRE_EVERY = 10
"""In one of so many draws each call takes the wire: it is slow, and changes nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """An incident, and the moment from which it can happen.

    Attributes:
        step: The step of the rollout that must have begun; None: from the start.
        after_s: Seconds since then. The incident begins with the first call after that.
    """

    name: str
    step: Step | None = None
    after_s: float = 0.0

    def __str__(self) -> str:
        if self.step is None:
            return self.name
        return f"{self.name}@{self.step}" + (f"+{self.after_s:g}" if self.after_s else "")


@dataclasses.dataclass(frozen=True, slots=True)
class Draw:
    """A situation to rehearse. `str` writes it in one line, and `read` reads that line.

    Attributes:
        seed: The random seed of the world, like `--seed`.
        shape: The service's shape, one of `SHAPES`.
        varied: The differences from the usual shape, by name, in order.
        incidents: The incidents that happen.
    """

    seed: int
    shape: str
    varied: tuple[tuple[str, str], ...] = ()
    incidents: tuple[Planned, ...] = ()

    def __str__(self) -> str:
        varied = (f"{name}={value}" for name, value in self.varied)
        return " ".join([self.shape, *varied, *map(str, self.incidents)])

    @property
    def usual(self) -> bool:
        """Whether the right outcome is clear: at most one incident, from the start."""
        alone = len(self.incidents) <= 1 and all(p.step is None for p in self.incidents)
        return alone and all(VARIATIONS[name].strict for name, _ in self.varied)

    def script(self) -> Script:
        """Return the script to rehearse. A variation that doesn't fit the shape is left out."""
        wire = self.seed % _WIRE_EVERY == 0
        script = dataclasses.replace(SHAPES[self.shape](), seed=self.seed, wire=wire)
        for name, value in self.varied:
            variation = VARIATIONS[name]
            if variation.fits(script):
                script = variation.change(script, value)
        locked = any(CATALOG[planned.name].locked for planned in self.incidents)
        return script.locked() if locked else script


@functools.cache
def possible(shape: str) -> tuple[str, ...]:
    """Return the incidents that can happen to the usual form of a shape."""
    stage = SHAPES[shape]().stage()
    return tuple(name for name, i in CATALOG.items() if i.inapplicable(stage) is None)


@functools.cache
def _where() -> dict[str, tuple[str, ...]]:
    """Return the shapes that each incident can happen to."""
    found = {name: tuple(s for s in SHAPES if name in possible(s)) for name in CATALOG}
    return {name: shapes for name, shapes in found.items() if shapes}


def draw(seed: int, among: Collection[str] = SHAPES) -> Draw:
    """Draw a situation. With the same version of cage, a seed always gives the same situation.

    The first incident decides which shapes can be drawn. An incident that can happen to few
    of them is therefore met as often as the others.

    Args:
        among: The shapes to draw from, some of `SHAPES`.
    """
    where = {name: tuple(s for s in shapes if s in among) for name, shapes in _where().items()}
    where = {name: shapes for name, shapes in where.items() if shapes}
    chance = random.Random(f"cage/draw/{seed}")
    numbers, weights = zip(*_HOW_MANY, strict=True)
    (number,) = chance.choices(numbers, weights)
    names = [chance.choice(list(where))] if number else []
    shape = chance.choice(where[names[0]] if names else tuple(among))
    others = [name for name in possible(shape) if name not in names]
    names += chance.sample(others, number - len(names))
    script = SHAPES[shape]()
    fitting = [v for v in VARIATIONS.values() if v.fits(script)]
    varied = tuple((v.name, chance.choice(v.values)) for v in fitting if chance.random() < _VARIED)
    return Draw(seed, shape, varied, tuple(_planned(chance, name) for name in names))


def _planned(chance: random.Random, name: str) -> Planned:
    if chance.random() < _FROM_THE_START:
        return Planned(name)
    step = chance.choice(_STEPS)
    return Planned(name, step, round(chance.uniform(0, _LATEST_S.get(step, 5.0)), 1))


def read(text: str, seed: int) -> Draw:
    """Read a draw from the line that `str` writes of one.

    Raises:
        UsageError: The shape, variation, value, incident or step was not found.
    """
    shape, *words = text.split() or [""]
    if shape not in SHAPES:
        raise _unknown("shape", shape, tuple(SHAPES))
    varied, incidents = [], []
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            if name not in VARIATIONS:
                raise _unknown("variation", name, tuple(VARIATIONS))
            if value not in VARIATIONS[name].values:
                raise _unknown(f"value of {name}", value, VARIATIONS[name].values)
            varied.append((name, value))
        else:
            incidents.append(_read_planned(word))
    return Draw(seed, shape, tuple(varied), tuple(incidents))


def _read_planned(word: str) -> Planned:
    name, at, when = word.partition("@")
    if name not in CATALOG:
        raise _unknown("incident", name, tuple(CATALOG))
    if not at:
        return Planned(name)
    step, _, after = when.partition("+")
    if step not in set(Step):
        raise _unknown("step", step, tuple(Step))
    try:
        return Planned(name, Step(step), float(after or 0))
    except ValueError:
        raise _unknown("time", after, ("seconds, as 12.5",)) from None


def _unknown(kind: str, said: str, known: tuple[str, ...]) -> UsageError:
    return UsageError(
        f"There is no {kind} {said!r}.",
        f"There are: {', '.join(known)}.",
        "Write a draw as: SHAPE NAME=VALUE... INCIDENT@STEP+SECONDS...",
    )
