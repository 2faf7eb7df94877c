"""Who takes the service's lock: a flag overrides a variable, which overrides cage.json."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from cage.options.invocation import Invocation
from cage.options.request import running_as

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("flag", "variable", "filed", "locked"),
    [
        (None, "", None, False),
        (True, "", None, True),
        (None, "yes", None, True),
        (None, "", "true", True),
        (None, "", "false", False),
        (None, "no", "true", False),
        (True, "no", "false", True),
    ],
)
def test_the_nearest_one_counts(
    *, flag: bool | None, variable: str, filed: str | None, locked: bool, tmp_path: Path
) -> None:
    if filed is not None:
        (tmp_path / "cage.json").write_text(f'{{"lock": {filed}}}')
    given: dict[str, Any] = {} if flag is None else {"lock": flag}
    call = Invocation(tmp_path, given, {"CAGE_LOCK": variable})
    assert (call.field("lock_as") is not None) == locked


def test_it_is_taken_in_the_name_of_user_and_host() -> None:
    assert re.fullmatch(r"[\w.@-]+@[\w.@-]+", running_as() or "")


def test_cage_json_requests_it_also_where_no_other_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "cage.json").write_text('{"lock": true}')
    place = {"cluster": "main", "service": "web", "task_definition_arn": "web:1"}
    request = Invocation(tmp_path, place, {}).request()
    assert request.lock_as is not None
    assert set(request.kept) == {"lock"}
    assert "--lock" not in request.resume_command


@pytest.mark.parametrize(
    ("flag", "variable", "wait_s"), [(None, "", None), (None, "90", 90.0), ("0", "90", 0.0)]
)
def test_the_wait_is_a_variable_too(flag: str | None, variable: str, wait_s: float | None) -> None:
    given = {} if flag is None else {"wait_for_turn": flag}
    call = Invocation(None, given, {"CAGE_WAIT_FOR_TURN": variable})
    assert call.field("wait_for_turn_s") == wait_s
