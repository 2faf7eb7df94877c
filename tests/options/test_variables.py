"""Which value a variable of a definition file has."""

from __future__ import annotations

from pathlib import Path

import pytest

from cage.model.errors import DefinitionError, UsageError
from cage.options.variables import variables
from tests.command_line import run


def test_set_beats_the_environment_and_that_beats_the_files(tmp_path: Path) -> None:
    first, second = tmp_path / "one.env", tmp_path / "two.env"
    first.write_text("A=file\nB=file\nC=file\nD=file\n")
    second.write_text("D=second\n")
    environ = {"A": "environment", "B": "environment"}
    found = variables(("A=old", "A=set=1"), (first, second), environ)
    assert [found[name] for name in "ABCD"] == ["set=1", "environment", "file", "second"]


@pytest.mark.parametrize("pair", ["hunter2", "=hunter2", "MY-NAME=hunter2", "1=hunter2", ""])
def test_a_set_without_a_name_is_refused_and_not_shown(pair: str) -> None:
    with pytest.raises(UsageError) as raised:
        variables(("A=1", pair), (), {})
    assert "--set number 2" in raised.value.what
    assert "hunter2" not in str(raised.value)


def test_all_that_is_wrong_with_env_files_is_told_at_once(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.env"
    wrong.write_text("A=1\nB\n")
    with pytest.raises(DefinitionError) as raised:
        variables((), (tmp_path / "absent.env", wrong), {})
    assert len(raised.value.findings) == 2
    assert raised.value.findings[1].startswith("wrong.env:2:1: ")


def test_the_command_line_puts_them_in(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("IMAGE_TAG=from-file\n")
    flags = ("render", "examples/web", "--only", "task-definition", "--env-file")
    shown = run(*flags, str(tmp_path / ".env"))
    assert "web:from-file" in shown.stdout
    shown = run(*flags, str(tmp_path / ".env"), "--set", "IMAGE_TAG=set", IMAGE_TAG="environment")
    assert "web:set" in shown.stdout
    shown = run("check", "examples/web", "--env-file", "nowhere.env")
    assert shown.returncode == 2
    assert "nowhere.env" in shown.stderr
