"""What `docs/fidelity.md` says of the independent emulator is what the contract's tests check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract.differences import rows

ROOT = Path(__file__).resolve().parents[2]
FIDELITY = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
PINNED = (ROOT / "requirements-contract.txt").read_text(encoding="utf-8")


def test_its_table_has_the_rows_that_are_compared_with_both() -> None:
    after = FIDELITY.partition("## Compared with an independent emulator")[2]
    section = after.partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    cells = [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines]
    assert cells == rows()


def test_it_names_the_version_that_is_compared() -> None:
    version = re.search(r"^ministack==(\S+)$", PINNED, re.MULTILINE)
    assert version is not None
    assert f"ministack {version[1]} (" in FIDELITY


def tables(head: str) -> list[tuple[str, ...]]:
    """Return the rows of each table with a head that begins so."""
    found, inside = [], False
    for line in FIDELITY.splitlines():
        inside = line.startswith(head) or (inside and line.startswith("| "))
        if inside and not line.startswith((head, "| ---")):
            found.append(tuple(cell.strip() for cell in line.strip("| ").split(" | ")))
    return found


SOURCES = {row[0]: row[1:] for row in tables("| Source | Page |")}
BEHAVIORS = tables("| Behavior |")


def sources(row: tuple[str, ...]) -> set[str]:
    """Return the sources that a row names; a note after a colon is left out."""
    cell = re.sub(r"^(cage local|ministack|both): ", "", row[-1])
    if cell.startswith("*unknown*"):
        return {"*unknown*"}
    return {part.partition(": ")[0] for part in cell.split("; ")}


@pytest.mark.parametrize("row", BEHAVIORS, ids=lambda row: row[0][:60])
def test_each_behavior_names_sources_that_the_page_lists_or_is_unknown(
    row: tuple[str, ...],
) -> None:
    assert sources(row) - {*SOURCES, "*unknown*", "own"} == set()


def test_each_source_has_a_page_a_heading_and_the_day_it_was_read() -> None:
    for name, cells in SOURCES.items():
        page, heading, read = cells
        assert page, name
        assert heading, name
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", read), name


def test_no_source_is_listed_that_no_behavior_names() -> None:
    named = {source for row in BEHAVIORS for source in sources(row)}
    assert set(SOURCES) - named == set()
