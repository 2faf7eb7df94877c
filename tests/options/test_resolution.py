"""Which value of a setting counts: flag, variable, the nearest cage.json, those above, default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cage.knobs.kinds import Text
from cage.knobs.knob import Knob, knobs_of
from cage.model.errors import UsageError
from cage.options.invocation import Invocation
from cage.options.request import Request, all_knobs
from cage.options.resolution import resolve
from cage.options.settings_file import shape
from tests.command_line import ROOT, run

if TYPE_CHECKING:
    from pathlib import Path

PLACE = {"cluster": "main", "service": "web", "task_definition_arn": "web:1"}
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:210987654321:targetgroup/web/fedcba9876543210"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a cage.json at its root, and one in each of two folders below."""
    (tmp_path / ".git").mkdir()
    service = tmp_path / "services" / "web"
    service.mkdir(parents=True)
    return tmp_path


def say(directory: Path, **settings: Any) -> None:
    (directory / "cage.json").write_text(json.dumps(settings))


def test_the_order(repository: Path) -> None:
    service = repository / "services" / "web"
    say(repository, task_running_timeout=1, task_stopped_timeout=1)
    say(repository / "services", task_running_timeout=2, task_health_check_timeout=2)
    say(service, task_running_timeout=3)
    environ = {"CAGE_TASK_RUNNING_TIMEOUT": "4"}
    call = Invocation(service, {"task_running_timeout": "5"}, environ)
    assert call.field("timeouts.running_s") == 5
    assert Invocation(service, {}, environ).field("timeouts.running_s") == 4
    call = Invocation(service, {}, {"CAGE_TASK_RUNNING_TIMEOUT": ""})
    assert call.field("timeouts.running_s") == 3
    assert call.field("timeouts.health_check_s") == 2
    assert call.field("timeouts.stopped_s") == 1
    assert call.field("timeouts.stable_s") is None
    assert call.settings()["task_health_check_timeout"].origin.endswith("services/cage.json")


def test_a_list_replaces_those_above_and_an_object_does_not(repository: Path) -> None:
    service = repository / "services" / "web"
    say(repository, checks={"alarms": ["a", "b"], "http": [{}], "bake": 60})
    say(service, checks={"alarms": ["c"]})
    request = Invocation(service, PLACE, {}).request()
    assert request.checks.alarms == ("c",)
    assert len(request.checks.http) == 1
    assert request.timeouts.bake_s == 60


def test_what_lies_above_the_repository_is_not_read(repository: Path) -> None:
    inner = repository / "services"
    (inner / ".git").mkdir()
    say(repository, floor="9")
    assert Invocation(inner / "web", {}, {}).field("floor") is None


def test_without_a_repository_only_the_directory_is_read(tmp_path: Path) -> None:
    inner = tmp_path / "web"
    inner.mkdir()
    say(tmp_path, floor="9")
    assert Invocation(inner, {}, {}).field("floor") is None


def test_a_mistake_above_is_told_with_its_place(repository: Path) -> None:
    service = repository / "services" / "web"
    say(repository, flor="9")
    (finding,) = Invocation(service, {}, {}).findings
    assert finding.place is not None
    assert str(finding).startswith(str(finding.place.file))
    assert finding.place.file.endswith("cage.json")
    assert "/" in finding.place.file
    assert "Did you mean floor?" in str(finding)


def test_cage_json_keeps_every_setting_but_what_is_said_for_one_run() -> None:
    kept = {knob.key for knob in all_knobs() if knob.key}
    assert {
        *("region", "cluster", "profile", "floor", "on_failure", "update_service", "lock"),
        *("wait_for_turn", "verify", "service_stable_timeout", "checks.bake", "checks.approve"),
    } <= kept
    once = {knob.flag for knob in all_knobs() if not knob.key}
    assert once == {
        *("--service", "--task-definition-arn", "--env-file", "--set", "--desired-count"),
        *("--log-must", "--log-must-not"),
    }


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"floor": "many"}, "floor"),
        ({"on_failure": "panic"}, "on_failure"),
        ({"task_running_timeout": -1}, "task_running_timeout"),
        ({"checks": {"bake": -1}}, "checks.bake"),
        ({"checks": {"logs": [{"must": ["("]}]}}, "checks.logs[0].must[0]"),
        ({"checks": {"http": [{"path": "health"}]}}, "checks.http[0].path"),
    ],
)
def test_check_refuses_what_a_rollout_refuses(
    said: dict[str, Any], place: str, tmp_path: Path
) -> None:
    say(tmp_path, **said)
    shown = run("check", str(tmp_path))
    assert shown.returncode == 1
    assert f": {place}: " in shown.stdout


def test_no_setting_is_declared_twice() -> None:
    knobs = all_knobs()
    for attribute in ("flag", "key", "name"):
        said = [getattr(knob, attribute) for knob in knobs if getattr(knob, attribute)]
        assert sorted(set(said)) == sorted(said)
    variables = [variable for knob in knobs for variable in knob.variables]
    assert len(set(variables)) == len(variables)
    assert {path for path, _ in knobs_of(Request)} >= {"timeouts.stable_s", "access.profile"}


@pytest.mark.parametrize(
    ("service", "environ", "says"),
    [
        ({"cluster": "blue"}, {"CAGE_CLUSTER": "green"}, "CAGE_CLUSTER specifies cluster green"),
        ({"cluster": "blue"}, {}, "cage.json specifies cluster main"),
        ({"loadBalancers": [{"targetGroupArn": GROUP}]}, {"AWS_REGION": "us-east-1"}, "AWS_REGION"),
    ],
)
def test_a_cluster_or_region_that_contradicts_the_file_is_refused_but_by_flag(
    service: dict[str, Any], environ: dict[str, str], says: str, tmp_path: Path
) -> None:
    if not environ:
        say(tmp_path, cluster="main")
    with pytest.raises(UsageError, match=says):
        Invocation(tmp_path, {}, environ).settings(service)
    flags = {"cluster": "main", "region": "us-east-1"}
    found = Invocation(tmp_path, flags, environ).settings(service)
    assert (found["cluster"].value, found["region"].value) == ("main", "us-east-1")


def test_an_arn_tells_the_region_where_nothing_else_does(tmp_path: Path) -> None:
    found = Invocation(tmp_path, {}, {}).settings({"loadBalancers": [{"targetGroupArn": GROUP}]})
    assert found["region"].value == "eu-west-1"
    assert found["region"].origin == "service.json's loadBalancers[0].targetGroupArn"


def test_show_settings_with_json_is_one_object() -> None:
    shown = run("rollout", "examples/web", "--bake", "60", "--show-settings", "--json")
    said = json.loads(shown.stdout)["settings"]
    assert said["--bake"] == {"value": "60", "origin": "--bake"}
    assert said["--service"]["origin"] == "service.json"


def test_show_settings_tells_each_value_and_its_origin(tmp_path: Path) -> None:
    say(tmp_path, floor="75%", cluster="main")
    (tmp_path / "service.json").write_text('{"serviceName": "web", "cluster": "main"}')
    example = ROOT / "examples" / "web" / "task-definition.json"
    (tmp_path / "task-definition.json").write_text(example.read_text())
    shown = run("rollout", str(tmp_path), "--bake", "60", "--show-settings", CAGE_LOCK="yes")
    rows = {line.split()[0]: line.split()[1:] for line in shown.stdout.splitlines()}
    assert rows["--floor"] == ["75%", "cage.json"]
    assert rows["--bake"] == ["60", "--bake"]
    assert rows["--lock"] == ["yes", "CAGE_LOCK"]
    assert rows["--service"] == ["web", "service.json"]
    assert rows["verify"] == ["yes", "default"]
    assert rows["--task-stopped-timeout"] == ["900", "default"]
    assert rows["--service-stable-timeout"][-1] == "default"


SECRET = Knob("--token", Text(form="[a-z]+", example="letters"), "A token.", secret=True)


def test_a_secret_that_can_not_be_used_is_not_shown() -> None:
    with pytest.raises(UsageError) as refused:
        resolve(SECRET, {"token": "hunter2"}, {})
    assert "hunter2" not in str(refused.value)
    assert refused.value.what == "--token can't be used."


def test_the_schema_has_a_key_for_each_setting_that_can_be_kept() -> None:
    top = shape()
    for knob in all_knobs():
        found = top
        for step in knob.path:
            found = found.members[step]
