"""Given commands, when their policy is asked for, then it allows the least, where it can."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cage.cli.app import run
from cage.policy.document import Place, document

_EVERYTHING = {"verification", "log-lines", "instances", "alarms"}


def _by_sid(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in made["Statement"]}


def _actions(made: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for statement in made["Statement"]:
        actions = statement["Action"]
        found |= {actions} if isinstance(actions, str) else set(actions)
    return found


def test_a_command_that_only_reads_may_change_nothing() -> None:
    for command in ("verify", "diff", "init", "status"):
        for name in _actions(document([command], _EVERYTHING)):
            assert name.partition(":")[2].startswith(
                ("Describe", "List", "Get", "BatchGet", "Simulate")
            )


def test_what_is_named_narrows_every_resource_that_iam_can_narrow() -> None:
    role = "arn:aws:iam::123456789012:role/web"
    group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1"
    place = Place("us-east-1", "123456789012", "demo", "web", "web", (role,), (group,))
    found = _by_sid(document(["rollout"], (), place))
    ecs = "arn:aws:ecs:us-east-1:123456789012"
    assert found["Services"]["Resource"] == f"{ecs}:service/demo/web"
    assert found["Tasks"]["Resource"] == f"{ecs}:task/demo/*"
    assert found["CanaryStart"]["Resource"] == f"{ecs}:task-definition/web:*"
    assert found["CanaryStart"]["Condition"] == {"ArnLike": {"ecs:cluster": f"{ecs}:cluster/demo"}}
    assert found["TaskLists"]["Condition"] == found["CanaryStart"]["Condition"]
    assert found["Targets"]["Resource"] == group
    assert found["Roles"]["Resource"] == role
    passed = found["Roles"]["Condition"]["StringEquals"]["iam:PassedToService"]
    assert "ecs-tasks.amazonaws.com" in passed


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_the_partition_is_the_regions(region: str, partition: str) -> None:
    (statement,) = document(["init"], (), Place(region))["Statement"][:1]
    assert statement["Resource"].startswith(f"arn:{partition}:ecs:{region}:")


def test_features_come_and_go_by_flag(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> set[str]:
        assert run(["policy", *arguments]) == 0
        return set(_by_sid(json.loads(capsys.readouterr().out)))

    usual = printed("rollout")
    assert "OptionalVerification" in usual
    assert not usual & {"Instances", "Alarms", "LookupSecretsmanager"}
    assert printed("rollout", "--with", "alarms") - usual == {"Alarms"}
    without = printed("rollout", "--without", "verification", "--without", "log-lines")
    assert not any(sid.startswith("Optional") for sid in without)
    assert {"Instances", "LookupSsm", "LookupTfstate"} <= printed("rollout", "--with", "all")


def test_an_arn_of_the_cluster_tells_region_and_account(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["policy", "sweep", "--cluster", "arn:aws:ecs:eu-west-1:1:cluster/demo"]) == 0
    found = _by_sid(json.loads(capsys.readouterr().out))
    assert found["Tasks"]["Resource"] == "arn:aws:ecs:eu-west-1:1:task/demo/*"


def test_a_command_that_calls_nobody_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "rehearse"]) == 2
    assert "rehearse" in capsys.readouterr().err
