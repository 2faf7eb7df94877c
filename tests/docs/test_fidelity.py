"""What `docs/fidelity.md` says of the independent emulator is what the contract's tests check."""

from __future__ import annotations

import re
from pathlib import Path

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
