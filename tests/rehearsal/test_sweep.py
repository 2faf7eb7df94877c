"""Many seeds, each a situation of its own: every invariant holds in every run."""

from __future__ import annotations

import os

import pytest

from cage.rehearsal.draws import draw, perform, repeat

_SEEDS = int(os.environ.get("SEEDS", "1000"))
_BLOCK = 50


@pytest.mark.parametrize("first", range(0, _SEEDS, _BLOCK))
def test_every_drawn_run_keeps_every_promise(first: int) -> None:
    for seed in range(first, min(first + _BLOCK, _SEEDS)):
        performance = perform(draw(seed))
        assert performance.broken == (), f"{repeat(performance.draw)}: {performance.broken}"
