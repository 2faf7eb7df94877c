"""Who asks for the service's lock: a flag beats a variable, a variable beats cage.json."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from cage.cli import compose, files

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = {"cluster": "main", "service": "web", "task_definition_arn": "web:1"}


@pytest.mark.parametrize(
    ("flag", "variable", "filed", "locked"),
    [
        (None, "", None, False),
        (True, "", None, True),
        (None, "yes", None, True),
        (None, "", True, True),
        (None, "no", True, False),
        (True, "no", False, True),
    ],
)
def test_the_nearest_one_counts(
    *, flag: bool | None, variable: str, filed: bool | None, locked: bool
) -> None:
    found = compose.lock_as({"lock": flag}, {"CAGE_LOCK": variable}, filed=filed)
    assert (found is not None) == locked


def test_it_is_taken_in_the_name_of_user_and_host() -> None:
    assert re.fullmatch(r"[\w.@-]+@[\w.@-]+", compose.running_as())


@pytest.mark.parametrize("text", ["true", "false"])
def test_cage_json_asks_for_it_also_where_no_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.delenv("CAGE_LOCK", raising=False)
    (tmp_path / "cage.json").write_text(f'{{"lock": {text}}}')
    flags: dict[str, Any] = _PLACE
    found = files.definitions(tmp_path, flags, needs_service=False)
    assert (compose.request(flags, found, "r").lock_as is not None) == (text == "true")


def test_the_wait_is_a_variable_too() -> None:
    assert compose.wait_for_turn_s({}, {}) is None
    assert compose.wait_for_turn_s({}, {"CAGE_WAIT_FOR_TURN": "90"}) == 90
    assert compose.wait_for_turn_s({"wait_for_turn": 0.0}, {"CAGE_WAIT_FOR_TURN": "90"}) == 0
