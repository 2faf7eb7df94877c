"""Many seeds, shapes and incidents: every invariant holds in every run."""

from __future__ import annotations

import os
import random

import pytest

from cage.simulator.incidents import CATALOGUE
from cage.simulator.shapes import SHAPES
from tests.stories import tell

_SEEDS = int(os.environ.get("SEEDS", "600"))
_BLOCK = 50


@pytest.mark.parametrize("first", range(0, _SEEDS, _BLOCK))
def test_every_drawn_run_keeps_every_promise(first: int) -> None:
    for seed in range(first, min(first + _BLOCK, _SEEDS)):
        draw = random.Random(seed)
        shape = draw.choice(list(SHAPES))
        incident = draw.choice([None, *CATALOGUE])
        stage = SHAPES[shape]().stage()
        if incident is not None and CATALOGUE[incident].inapplicable(stage) is not None:
            continue
        try:
            tell(shape, incident, seed=seed)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {shape}, {incident}: {broken}") from broken
