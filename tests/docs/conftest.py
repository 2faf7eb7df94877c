"""Where the pages' commands run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from docsite.project import ROOT


@pytest.fixture
def clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in a directory that holds the examples, without settings of the user's."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith(("CAGE_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
