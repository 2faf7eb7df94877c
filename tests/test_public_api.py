"""The public API, pinned: a change here is a change for users."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest

import cage
from cage.rehearsal.shapes import SHAPES


def test_the_public_names() -> None:
    assert set(cage.__all__) == {
        "__version__", "Cage", "Envars", "Result", "Event", "Outcome",
        "Checks", "HttpSettings", "CommandSettings", "LogsSettings", "MetricSettings", "Metric",
        "load_checks", "load_request",
        "ensure_envars", "merge_envars", "load_service_definition", "load_task_definition",
        "Promoted", "Aborted", "RolledBack", "Superseded", "Unproven", "Interrupted",
        "NothingToDo",
        "CageError", "UsageError", "DefinitionError", "RefusedError", "AwsError",
        "AwsUnavailableError", "AccessDeniedError", "CredentialsError", "NotFoundError",
        "InvalidRequestError", "ApproveSettings", "Decisions",
        "REGION_KEY", "CLUSTER_KEY", "SERVICE_KEY", "TASK_DEFINITION_ARN_KEY",
        "CANARY_INSTANCE_ARN_KEY", "CANARY_TASK_IDLE_DURATION_KEY", "TASK_RUNNING_TIMEOUT_KEY",
        "TASK_HEALTH_CHECK_TIMEOUT_KEY", "TASK_STOPPED_TIMEOUT_KEY",
        "SERVICE_STABLE_TIMEOUT_KEY", "UPDATE_SERVICE_KEY",
    }  # fmt: skip
    for name in cage.__all__:
        assert getattr(cage, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = cage.nothing


@pytest.mark.parametrize("missing", ["region", "cluster", "service", "task_definition_arn"])
def test_ensure_envars_names_what_is_missing(missing: str) -> None:
    env = cage.Envars(region="r", cluster="c", service="s", task_definition_arn="f:1")
    setattr(env, missing, "")
    with pytest.raises(cage.UsageError):
        cage.ensure_envars(env)


def test_merge_envars_takes_only_what_is_given() -> None:
    dest = cage.Envars(region="r", cluster="c", service_stable_wait=60)
    cage.merge_envars(dest, cage.Envars(cluster="other"))
    assert (dest.region, dest.cluster, dest.service_stable_wait) == ("r", "other", 60)


def test_a_definition_is_loaded_from_a_directory_or_from_the_file_itself(tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / "examples" / "web"
    environ = {"IMAGE_TAG": "v5"}
    for kind, load in (
        ("service", cage.load_service_definition),
        ("task-definition", cage.load_task_definition),
    ):
        written = (example / f"{kind}.json").read_text().replace("${IMAGE_TAG:-latest}", "v5")
        other = tmp_path / f"my-{kind}.json"
        other.write_text((example / f"{kind}.json").read_text())
        assert load(example, environ) == json.loads(written)
        assert load(str(other), environ) == json.loads(written)
        with pytest.raises(cage.DefinitionError):
            load(tmp_path, environ)


def test_lookups_of_a_loaded_definition_are_made(tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / "examples" / "web"
    text = (example / "service.json").read_text().replace('"demo"', '"${tfstate:output.c}"')
    (tmp_path / "service.json").write_text(text)
    (tmp_path / "cage.json").write_text('{"tfstate": "my.tfstate"}')
    state = {"version": 4, "outputs": {"c": {"value": "blue"}}, "resources": []}
    (tmp_path / "my.tfstate").write_text(json.dumps(state))
    assert cage.load_service_definition(tmp_path, {})["cluster"] == "blue"


def test_checks_are_read_from_the_cage_json_that_the_command_line_reads(tmp_path: Path) -> None:
    said = {
        "bake": 60,
        "bake_after": "${AFTER}",
        "http": [{"path": "/ready"}],
        "command": [{"run": ["./smoke.sh"]}],
        "logs": [{"must": ["ready"], "must_not": ["ERROR"]}],
        "metrics": [{"namespace": "N", "metric": "M", "comparison": "<", "threshold": 5}],
        "alarms": ["web-5xx"],
    }
    text = json.dumps(said).replace('"${AFTER}"', "300")
    (tmp_path / "cage.json").write_text(f'{{"checks": {text}}}')
    assert cage.load_checks(tmp_path, {}) == cage.Checks(
        http=(cage.HttpSettings("/ready"),),
        commands=(cage.CommandSettings(("./smoke.sh",)),),
        logs=(cage.LogsSettings((re.compile("ready"),), (re.compile("ERROR"),)),),
        metrics=(cage.MetricSettings("<", 5.0, {"value": cage.Metric("N", "M")}),),
        alarms=("web-5xx",),
        bake_s=60.0,
        bake_after_s=300.0,
    )
    (tmp_path / "empty").mkdir()
    assert cage.load_checks(tmp_path / "empty", {}) == cage.Checks()
    with pytest.raises(cage.DefinitionError, match="nowhere"):
        cage.load_checks(tmp_path / "nowhere", {})
    (tmp_path / "cage.json").write_text('{"checks": {"htpp": []}}')
    with pytest.raises(cage.DefinitionError, match="http"):
        cage.load_checks(tmp_path, {})


@pytest.mark.parametrize(
    "make",
    [
        lambda: cage.Checks(bake_s=-1),
        lambda: cage.Checks(bake_after_s=float("inf")),
        lambda: cage.HttpSettings("health"),
        lambda: cage.CommandSettings(()),
        cage.LogsSettings,
        lambda: cage.MetricSettings("==", 1, {"m": cage.Metric("N", "M")}),
        lambda: cage.MetricSettings("<", 1),
        lambda: cage.MetricSettings("<", 1, {"m": cage.Metric("N", "M", {"A": "{taskid}"})}),
        lambda: cage.MetricSettings("<", 1, {"M": cage.Metric("N", "M")}),
        lambda: cage.MetricSettings("<", 1, {"m": cage.Metric("N", "M")}, period_s=90),
        lambda: cage.MetricSettings("<", 1, {"m": cage.Metric("N", "M")}, datapoints=0),
        lambda: cage.MetricSettings("<", 1, {"m": cage.Metric("", "M")}),
    ],
)
def test_a_check_that_cannot_be_asked_is_refused_as_it_is_made(make: Any) -> None:
    with pytest.raises(cage.UsageError) as caught:
        make()
    assert caught.value.next_step


def test_cage_aborts_with_a_result_where_aws_says_no() -> None:
    session = botocore.session.Session()
    session.set_credentials("a", "b")
    clients = [
        session.create_client(
            name,
            region_name="us-east-1",
            endpoint_url="http://127.0.0.1:9",
            config=botocore.config.Config(retries={"total_max_attempts": 1}),
        )
        for name in ("ecs", "elbv2")
    ]
    script = SHAPES["fargate"]()
    env = cage.Envars(
        region="us-east-1",
        cluster="main",
        service="web",
        task_definition_input=script.task_definition,
    )
    made = cage.Cage(env, ecs=clients[0], alb=clients[1])
    for tell in (made.rollout, made.resume):
        result = tell()
        assert isinstance(result.outcome, cage.Aborted)
        assert result.service_intact
        assert result.start_time <= result.end_time
        with pytest.raises(cage.UsageError):
            tell(on_failure="hope")


def test_a_file_that_would_decide_before_anybody_asked_is_refused(tmp_path: Path) -> None:
    (tmp_path / "decision").write_text("promote")
    env = cage.Envars(region="us-east-1", cluster="c", service="s", task_definition_arn="f:1")
    approve = cage.ApproveSettings(file=tmp_path / "decision")
    with pytest.raises(cage.UsageError):
        cage.Cage(env, ecs=object(), alb=object()).rollout(checks=cage.Checks(approve=approve))


def test_the_library_takes_the_lock_that_cage_json_requests(tmp_path: Path) -> None:
    (tmp_path / "cage.json").write_text('{"lock": true, "floor": "2", "on_failure": "keep"}')
    checks = cage.load_checks(tmp_path, {})
    env = cage.Envars(region="us-east-1", cluster="c", service="s", task_definition_arn="f:1")
    made = cage.Cage(env, ecs=object(), alb=object())
    request = made._request(checks, {})
    assert request.lock_as is not None
    assert (str(request.floor), request.on_failure) == ("2", "keep")
    assert made._request(checks, {"on_failure": "rollback"}).on_failure == "rollback"
    env.floor = "3"
    assert str(made._request(checks, {}).floor) == "3"


def test_a_setting_that_does_not_exist_is_refused_with_what_was_meant() -> None:
    env = cage.Envars(region="us-east-1", cluster="c", service="s", task_definition_arn="f:1")
    with pytest.raises(cage.UsageError) as refused:
        cage.Cage(env, ecs=object(), alb=object()).rollout(on_failur="keep")
    assert refused.value.next_step == "Did you mean on_failure?"


def test_a_request_is_loaded_as_the_command_line_reads_it(tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / "examples" / "web"
    for name in ("service.json", "task-definition.json"):
        (tmp_path / name).write_text((example / name).read_text())
    (tmp_path / "cage.json").write_text('{"checks": {"alarms": ["web-5xx"]}}')
    request = cage.load_request(tmp_path, {"IMAGE_TAG": "v5", "CAGE_BAKE": "9"}, floor="75%")
    assert request.checks.alarms == ("web-5xx",)
    assert (request.timeouts.bake_s, str(request.floor)) == (9.0, "75%")
    assert (request.region, request.cluster, request.service) == ("us-east-1", "demo", "web")
