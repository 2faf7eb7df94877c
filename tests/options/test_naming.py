"""Which service is meant, where a command reads no more than that of a directory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cage.command import files, running
from cage.context import Place
from cage.model.errors import UsageError
from cage.options.invocation import Invocation
from tests.command_line import run

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = {"cluster": "demo", "serviceName": "web", "desiredCount": 1}
_VERBS = ("status", "rollback", "promote", "abort", "sweep")


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A directory whose service's file names one."""
    (tmp_path / "service.json").write_text(json.dumps({**_NAMED, "taskDefinition": "web"}))
    return tmp_path


def call(directory: Path | None = None, **given: Any) -> Invocation:
    return Invocation(directory, given, {})


def test_the_services_file_names_it_without_its_task_definition(deploy: Path) -> None:
    said = call(deploy)
    service = files.naming(said).service
    assert said.place(service) == ("demo", "web")
    assert said.cluster(service) == ("demo", "web")


def test_a_flag_overrides_the_file(deploy: Path) -> None:
    said = call(deploy, service="api")
    assert said.place(files.naming(said).service) == ("demo", "api")


def test_a_file_that_lacks_variables_is_not_read_where_flags_name_both(deploy: Path) -> None:
    (deploy / "service.json").write_text('{"serviceName": "${SERVICE}"}')
    (deploy / "cage.json").write_text('{"lock": true}')
    said = call(deploy, cluster="main", service="api")
    assert said.place(files.naming(said).service) == ("main", "api")
    assert said.field("lock_as") is not None


def test_without_a_directory_all_services_of_a_cluster_can_be_meant() -> None:
    said = call(cluster="main")
    assert said.cluster(files.naming(said).service) == ("main", None)
    with pytest.raises(UsageError, match="No service"):
        said.place(files.naming(said).service)


@pytest.mark.parametrize("verb", [*_VERBS, "resume", "rollout", "verify", "diff"])
def test_a_directory_that_does_not_exist_is_an_error_though_flags_name_everything(
    verb: str,
) -> None:
    named = ["--region", "us-east-1", "--cluster", "main", "--service", "web"]
    if verb in {"rollout", "verify", "diff"}:
        named += ["--task-definition-arn", "web:1"]
    shown = run(verb, "nowhere", *named)
    assert shown.returncode == 2
    assert "nowhere" in shown.stderr
    assert ("Nothing was changed." in shown.stderr) == (verb not in {"status", "verify", "diff"})


@pytest.mark.parametrize("verb", _VERBS)
def test_the_region_is_that_of_the_files_cluster(verb: str, deploy: Path) -> None:
    cluster = "arn:aws:ecs:eu-west-1:210987654321:cluster/demo"
    (deploy / "service.json").write_text(json.dumps({**_NAMED, "cluster": cluster}))
    shown = run(verb, str(deploy))
    assert "No AWS credentials were found." in shown.stdout + shown.stderr


@pytest.mark.parametrize("named", [{}, {"all_services": True}])
def test_the_files_region_counts_more_than_the_profiles(
    named: dict[str, bool], deploy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (deploy / "config").write_text("[default]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(deploy / "config"))
    cluster = "arn:aws:ecs:eu-west-1:210987654321:cluster/demo"
    (deploy / "service.json").write_text(json.dumps({**_NAMED, "cluster": cluster}))
    made, place = running.on_service(call(deploy), **named)
    assert (made.region, place) == ("eu-west-1", Place("eu-west-1", cluster, "web"))


def test_printed_commands_reach_aws_as_the_command_itself_did(
    deploy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (deploy / "config").write_text("[profile ops]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(deploy / "config"))
    said = {"profile": "ops", "endpoint_url": "http://127.0.0.1:4566"}
    _, place = running.on_service(call(deploy, **said))
    reached = "--profile ops --endpoint-url http://127.0.0.1:4566"
    assert place.flags == f"--region eu-west-1 --cluster {place.cluster} --service web {reached}"
    assert place.in_cluster == f"--region eu-west-1 {reached} --cluster {place.cluster}"


@pytest.mark.parametrize("verb", _VERBS)
def test_the_directory_is_enough(verb: str, deploy: Path) -> None:
    shown = run(verb, str(deploy), "--region", "us-east-1")
    assert "No AWS credentials were found." in shown.stdout + shown.stderr


def test_a_services_arn_names_its_cluster_and_region_too() -> None:
    arn = "arn:aws:ecs:eu-west-1:123456789012:service/main/web"
    call = Invocation(None, {"service": arn}, {})
    assert call.place() == ("main", arn)
    assert call.settings()["region"].value == "eu-west-1"
    with pytest.raises(UsageError, match="No cluster"):
        Invocation(None, {"service": "arn:aws:ecs:eu-west-1:123456789012:service/web"}, {}).place()
