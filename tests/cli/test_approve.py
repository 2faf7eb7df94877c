"""Asking for approval by flag, variable and `cage.json`; deciding by `promote` and `abort`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cage.canary.checks.approve import ApproveSettings
from cage.cli import compose, decisions, running
from cage.model.errors import UsageError
from cage.operations.request import Request
from cage.rollout.rollout import rollout
from tests.cli.test_command_line import run

FILED = {"approve": {"timeout": 60, "file": "filed"}}


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CAGE_APPROVE", "CAGE_APPROVE_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("flags", "environ", "filed", "settings"),
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
            {"approve_timeout": 5.0, "approve_file": "given"},
            {"CAGE_APPROVE_TIMEOUT": "90"},
            FILED,
            ApproveSettings(5.0, Path("given")),
        ),
    ],
)
def test_a_flag_beats_a_variable_and_that_the_file(
    flags: dict[str, Any],
    environ: dict[str, str],
    filed: dict[str, Any],
    settings: ApproveSettings | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert compose.checks(flags, filed).approve == settings


@pytest.mark.parametrize(
    ("flags", "environ", "says"),
    [
        ({"approve_timeout": 5.0}, {}, "--approve-timeout needs --approve"),
        ({"approve_file": "f"}, {}, "--approve-file needs --approve"),
        ({"approve": True, "approve_timeout": 0.0}, {}, "checks.approve.timeout"),
        ({"approve": True}, {"CAGE_APPROVE_TIMEOUT": "soon"}, "CAGE_APPROVE_TIMEOUT"),
        ({}, {"CAGE_APPROVE": "perhaps"}, "neither yes nor no"),
    ],
)
def test_what_can_not_be_used_is_said(
    flags: dict[str, Any], environ: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as caught:
        compose.checks(flags, {})
    assert says in str(caught.value)


def _request(approve: ApproveSettings) -> Request:
    asked = compose.checks({"approve": True}, {})
    return Request("r", "c", "s", asked=type(asked)(approve=approve))


def test_a_file_that_is_there_already_decides_nothing(tmp_path: Path) -> None:
    file = tmp_path / "decision"
    flags = {"as_json": False, "yes": True}
    decisions.deciding(rollout, _request(ApproveSettings(file=file)), flags)
    file.write_text("promote")
    with pytest.raises(UsageError):
        decisions.deciding(rollout, _request(ApproveSettings(file=file)), flags)


@pytest.mark.parametrize("variable", [("CI", "true"), ("TERM", "dumb")])
def test_nothing_is_asked_where_no_live_line_can_be_shown(
    variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert running.on_stdout({"as_json": False, "yes": True}) == "terminal"
    assert running.on_stdout({"as_json": True}) == "json"
    monkeypatch.setenv(*variable)
    assert running.on_stdout({"as_json": False}) == "plain"


@pytest.mark.parametrize("verb", ["promote", "abort"])
def test_to_decide_cluster_and_service_are_needed(verb: str) -> None:
    shown = run(verb, "--cluster", "main", AWS_REGION="us-east-1")
    assert shown.returncode == 2
    assert "No service is named." in shown.stderr
    assert "Pass --service" in shown.stderr


@pytest.mark.parametrize("verb", ["promote", "abort"])
def test_without_credentials_nothing_is_decided(verb: str) -> None:
    shown = run(verb, "--cluster", "main", "--service", "web", AWS_REGION="us-east-1")
    assert shown.returncode == 3
    assert "no AWS credentials" in shown.stderr
    assert "Traceback" not in shown.stderr
