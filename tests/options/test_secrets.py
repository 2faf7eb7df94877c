"""A secret setting of a plug-in: never printed, and in files only as ${…}."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cage.command.show_settings import text_of
from cage.knobs.kinds import Text
from cage.knobs.knob import Knob
from cage.options import invocation, request, settings_file
from cage.options.invocation import Invocation

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = Knob("--token", Text(), "A token.", secret=True)
PLACE = {"cluster": "main", "service": "web", "task_definition_arn": "web:1"}


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare the setting, as a plug-in does."""
    for module in (request, invocation):
        monkeypatch.setattr(module, "extra_knobs", lambda: (TOKEN,))
    for module in (invocation, settings_file):
        monkeypatch.setattr(module, "all_knobs", request.all_knobs)


def test_no_command_and_no_listing_shows_it() -> None:
    call = Invocation(None, {**PLACE, "token": "hunter2"}, {})
    made = call.request()
    assert made.extras == {"token": "hunter2"}
    assert "hunter2" not in made.resume_command
    assert made.resume_command.endswith('--token "$CAGE_TOKEN"')
    assert text_of(TOKEN, call.settings()["token"]) == "***"


@pytest.mark.parametrize(("text", "refused"), [("hunter2", True), ("${TOKEN}", False)])
def test_a_file_names_its_variable_alone(text: str, *, refused: bool, tmp_path: Path) -> None:
    (tmp_path / "cage.json").write_text(json.dumps({"token": text}))
    call = Invocation(tmp_path, PLACE, {"TOKEN": "hunter2"})
    findings = [str(one) for one in call.findings]
    assert bool(findings) == refused
    assert all("hunter2" not in one for one in findings)
    if refused:
        assert findings[0].startswith("cage.json:1:11: token: is a secret")
    else:
        assert call.request().extras == {"token": "hunter2"}
