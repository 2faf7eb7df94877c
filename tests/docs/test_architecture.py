"""ARCHITECTURE.md is true: its paths exist, and its layers are those that are checked."""

from __future__ import annotations

import configparser
import re

import pytest

from docsite.project import ROOT

TEXT = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
PATHS = sorted(set(re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?|\w+\.py)`", TEXT)))


@pytest.mark.parametrize("path", PATHS)
def test_a_path_in_it_exists(path: str) -> None:
    assert any((folder / path).exists() for folder in (ROOT, ROOT / "src" / "cage"))


def test_its_layers_are_those_that_the_import_rules_check() -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    checked = rules["importlinter:contract:layers"]["layers"].split("\n")
    shown = TEXT.partition("## Imports point down only\n\n```text\n")[2].partition("```")[0]
    assert shown.split("\n") == [*(layer.strip() for layer in checked if layer.strip()), ""]


def test_every_package_is_in_it() -> None:
    packages = {path.parent.name for path in (ROOT / "src" / "cage").glob("*/__init__.py")}
    assert {name for name in packages if f"`{name}/" not in TEXT} <= {"library"}
