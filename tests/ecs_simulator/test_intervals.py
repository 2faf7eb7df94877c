"""The intervals of the simulator's clock: each is used, in order, and has a source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ecs_simulator
from ecs_simulator.world.engine import Engine
from ecs_simulator.world.intervals import intervals

_SOURCE = re.compile(r"published logs?, \S.*: .+|https://\S+.*|.+issue \d+.*")


@pytest.mark.parametrize("name", sorted(intervals()))
def test_an_interval_grows_and_has_a_source(name: str) -> None:
    row = intervals()[name]
    assert 0 <= row.least < row.median < row.ninety < row.most
    assert row.begins
    assert row.ends
    assert row.sources
    for source in row.sources:
        assert re.match(r"published logs?,", source), source
        assert re.search(r"\d", source), source


@pytest.mark.parametrize("name", sorted(intervals()))
def test_an_interval_is_drawn_between_its_least_and_its_most(name: str) -> None:
    row, engine = intervals()[name], Engine(1)
    drawn = sorted(engine.lasts(name) for _ in range(1000))
    assert row.least <= drawn[0]
    assert drawn[-1] <= row.most
    assert sum(seconds <= row.median for seconds in drawn) == pytest.approx(500, abs=60)
    assert sum(seconds <= row.ninety for seconds in drawn) == pytest.approx(900, abs=40)


def test_every_interval_is_used_and_every_used_one_is_there() -> None:
    sources = Path(ecs_simulator.__file__).parent.rglob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [name for name in intervals() if f'"{name}"' not in text] == []
    assert set(re.findall(r'lasts\("([^"]+)"\)', text)) <= set(intervals())
