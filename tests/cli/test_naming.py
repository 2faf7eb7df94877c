"""Which service is meant, where a verb reads no more than that of a directory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cage.cli import compose, files
from cage.model.errors import UsageError
from tests.cli.test_command_line import run

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = {"cluster": "demo", "serviceName": "web", "desiredCount": 1}
_VERBS = ("status", "rollback", "promote", "abort", "sweep")


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory whose service's file names one."""
    for name in ("CAGE_CLUSTER", "CAGE_SERVICE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "service.json").write_text(json.dumps({**_NAMED, "taskDefinition": "web"}))
    return tmp_path


def test_the_services_file_names_it_without_its_task_definition(deploy: Path) -> None:
    found = files.naming(deploy, {})
    assert compose.place({}, found) == ("demo", "web")
    assert compose.cluster_of({}, found) == ("demo", "web")


def test_a_flag_beats_the_file(deploy: Path) -> None:
    found = files.naming(deploy, {"service": "api"})
    assert compose.place({"service": "api"}, found) == ("demo", "api")


def test_a_file_that_lacks_variables_is_not_read_where_flags_name_both(deploy: Path) -> None:
    (deploy / "service.json").write_text('{"serviceName": "${SERVICE}"}')
    (deploy / "cage.json").write_text('{"lock": true}')
    flags = {"cluster": "main", "service": "api"}
    found = files.naming(deploy, flags)
    assert compose.place(flags, found) == ("main", "api")
    assert found.lock


def test_without_a_directory_all_services_of_a_cluster_may_be_meant() -> None:
    assert compose.cluster_of({"cluster": "main"}, files.naming(None, {})) == ("main", None)
    with pytest.raises(UsageError, match="No service"):
        compose.place({"cluster": "main"}, files.naming(None, {}))


@pytest.mark.parametrize("verb", [*_VERBS, "resume", "rollout", "verify", "diff"])
def test_a_directory_that_is_not_there_is_an_error_though_flags_name_everything(verb: str) -> None:
    named = ["--region", "us-east-1", "--cluster", "main", "--service", "web"]
    if verb in {"rollout", "verify", "diff"}:
        named += ["--task-definition-arn", "web:1"]
    shown = run(verb, "nowhere", *named)
    assert shown.returncode == 2
    assert "nowhere" in shown.stderr
    assert "Nothing was changed." in shown.stderr


@pytest.mark.parametrize("verb", _VERBS)
def test_the_directory_is_enough(verb: str, deploy: Path) -> None:
    shown = run(verb, str(deploy), "--region", "us-east-1")
    assert "There are no AWS credentials to use." in shown.stdout + shown.stderr
