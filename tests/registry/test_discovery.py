from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cage.model.errors import UsageError
from cage.registry import discover


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make an importable folder, with a package of two declarations in it."""
    package = tmp_path / "zoo_of_tests" / "birds"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package.parent / "wolf.py").write_text("ANIMAL = 'wolf'\n")
    (package.parent / "fence.py").write_text("HEIGHT = 2\n")
    (package / "owl.py").write_text("ANIMAL = 'owl'\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(("zoo_of_tests", "visiting"))]:
        del sys.modules[name]


def plug_in(house: Path, body: str) -> None:
    (house / "visiting_animals.py").write_text(body)
    info = house / "visitor-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: visitor\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zoo.tests]\nlynx = visiting_animals:ANIMAL\n")


@pytest.mark.usefixtures("house")
def test_a_declaration_is_found_by_its_file_in_folders_too() -> None:
    assert list(discover("zoo_of_tests", "ANIMAL", "zoo.tests")) == ["owl", "wolf"]


def test_a_plug_in_comes_after_our_own(house: Path) -> None:
    plug_in(house, "ANIMAL = 'lynx'\n")
    assert list(discover("zoo_of_tests", "ANIMAL", "zoo.tests")) == ["owl", "wolf", "lynx"]


def test_a_broken_plug_in_is_named(house: Path) -> None:
    plug_in(house, "raise RuntimeError('no teeth')\n")
    with pytest.raises(UsageError) as refused:
        list(discover("zoo_of_tests", "ANIMAL", "zoo.tests"))
    assert refused.value.what == "The plug-in lynx (visiting_animals:ANIMAL) can't be loaded."
    assert refused.value.why == "RuntimeError: no teeth"
