"""Asking for approval by flag, variable and `cage.json`; deciding by `promote` and `abort`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cage.checks.approve import ApproveSettings
from cage.checks.requests import Requested
from cage.command import decisions, running
from cage.model.errors import UsageError
from cage.options.invocation import Invocation
from cage.options.request import Request
from cage.rollout.rollout import rollout
from tests.command_line import run

FILED = {"approve": {"timeout": 60, "file": "filed"}}


@pytest.mark.parametrize(
    ("given", "environ", "filed", "settings"),
    [
        ({}, {}, {}, None),
        ({"approve": True}, {}, {}, ApproveSettings(1800.0)),
        ({}, {"CAGE_APPROVE": "yes"}, {}, ApproveSettings(1800.0)),
        ({}, {}, {"approve": {}}, ApproveSettings(1800.0)),
        ({}, {}, FILED, ApproveSettings(60.0, Path("filed"))),
        ({}, {"CAGE_APPROVE": "no"}, FILED, None),
        ({"approve": True}, {"CAGE_APPROVE": "no"}, {}, ApproveSettings(1800.0)),
        ({}, {"CAGE_APPROVE_TIMEOUT": "90"}, FILED, ApproveSettings(90.0, Path("filed"))),
        (
            {"approve_timeout": "5", "approve_file": "given"},
            {"CAGE_APPROVE_TIMEOUT": "90"},
            FILED,
            ApproveSettings(5.0, Path("given")),
        ),
    ],
)
def test_a_flag_overrides_a_variable_and_that_the_file(
    given: dict[str, Any],
    environ: dict[str, str],
    filed: dict[str, Any],
    settings: ApproveSettings | None,
    tmp_path: Path,
) -> None:
    (tmp_path / "cage.json").write_text(json.dumps({"checks": filed}))
    found = Invocation(tmp_path, given, environ).requested().approve
    if found is not None and found.file is not None and "approve_file" not in given:
        assert found.file.parent == tmp_path, "a path of a file is from its directory"
        found = ApproveSettings(found.timeout_s, Path(found.file.name))
    assert found == settings


@pytest.mark.parametrize(
    ("given", "environ", "says"),
    [
        ({"approve_timeout": "5"}, {}, "--approve-timeout needs --approve"),
        ({"approve_file": "f"}, {}, "--approve-file needs --approve"),
        ({"approve": True, "approve_timeout": "0"}, {}, "--approve-timeout is not a number"),
        ({"approve": True}, {"CAGE_APPROVE_TIMEOUT": "soon"}, "CAGE_APPROVE_TIMEOUT"),
        ({}, {"CAGE_APPROVE": "perhaps"}, "not yes or no"),
    ],
)
def test_what_can_not_be_used_is_said(
    given: dict[str, Any], environ: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Invocation(None, given, environ).requested()
    assert says in str(caught.value)


def _request(approve: ApproveSettings) -> Request:
    return Request("r", "c", "s", checks=Requested(approve))


def test_a_file_that_is_there_already_decides_nothing(tmp_path: Path) -> None:
    file = tmp_path / "decision"
    call = Invocation(None, {"yes": True}, {})
    decisions.deciding(rollout, _request(ApproveSettings(file=file)), call)
    file.write_text("promote")
    with pytest.raises(UsageError):
        decisions.deciding(rollout, _request(ApproveSettings(file=file)), call)


@pytest.mark.parametrize("variable", [("CI", "true"), ("TERM", "dumb")])
def test_nothing_is_asked_where_no_live_line_can_be_shown(
    variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert running.on_stdout(Invocation(None, {"yes": True})) == "terminal"
    assert running.on_stdout(Invocation(None, {"as_json": True})) == "json"
    monkeypatch.setenv(*variable)
    assert running.on_stdout(Invocation()) == "plain"


@pytest.mark.parametrize("verb", ["promote", "abort"])
def test_to_decide_cluster_and_service_are_needed(verb: str) -> None:
    shown = run(verb, "--cluster", "main", AWS_REGION="us-east-1")
    assert shown.returncode == 2
    assert "No service specified." in shown.stderr
    assert "or pass --service" in shown.stderr


@pytest.mark.parametrize("verb", ["promote", "abort"])
def test_without_credentials_nothing_is_decided(verb: str) -> None:
    shown = run(verb, "--cluster", "main", "--service", "web", AWS_REGION="us-east-1")
    assert shown.returncode == 3
    assert "No AWS credentials" in shown.stderr
    assert "Traceback" not in shown.stderr
