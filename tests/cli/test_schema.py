"""`cage schema`, as people run it."""

from __future__ import annotations

import json

import pytest

from tests.command_line import run


@pytest.mark.parametrize("name", ["service", "task-definition", "cage"])
def test_it_prints_a_schema(name: str) -> None:
    shown = run("schema", name)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["type"] == "object"


@pytest.mark.parametrize("arguments", [(), ("tasks",)])
def test_another_name_is_refused_with_the_known_ones(arguments: tuple[str, ...]) -> None:
    shown = run("schema", *arguments)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "task-definition" in shown.stderr
