"""Answers have the fields that AWS publishes: the examples that come with the AWS CLI."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.outline import outline
from tests.ecs_simulator.stages import up

PEERS = Path(__file__).parents[2] / ".venv-peers"
_OUTPUT = re.compile(r"^Output::\n\n((?:    .*\n|\s*\n)+)", re.MULTILINE)
_OF_VOLUMES = {"attachments[].details[].name", "attachments[].details[].value"}


def published(operation: str) -> list[dict[str, Any]]:
    """The tasks in an operation's examples."""
    found = list(PEERS.glob(f"lib/python3.*/site-packages/awscli/examples/ecs/{operation}.rst"))
    if not found:
        pytest.skip("the AWS CLI isn't installed: make .venv-peers/ready")
    answers = [json.loads(text) for text in _OUTPUT.findall(found[0].read_text())]
    assert answers
    return [task for answer in answers for task in answer["tasks"]]


def described(shape: str) -> dict[str, Any]:
    """A running task of a simulated service."""
    stage = up(shape)
    task = next(t for t in stage.service.tasks if t.last_status == "RUNNING")
    answer = stage.call("describe_tasks", cluster=stage.cluster, tasks=[task.arn], include=["TAGS"])
    shown: dict[str, Any] = answer["tasks"][0]
    return shown


@pytest.mark.parametrize(("launch_type", "shape"), [("FARGATE", "fargate"), ("EC2", "ec2-bridge")])
def test_a_running_task_has_every_field_that_is_published(launch_type: str, shape: str) -> None:
    ours = described(shape)
    theirs = [task for task in published("describe-tasks") if task["launchType"] == launch_type]
    assert theirs
    for task in theirs:
        assert set(outline(task)) - set(outline(ours)) == set()
        for field in ("lastStatus", "desiredStatus", "connectivity", "launchType"):
            assert ours[field] == task[field]


def test_a_running_fargate_task_looks_as_it_does_where_it_is_published() -> None:
    ours = described("fargate")
    theirs = next(t for t in published("describe-tasks") if t["launchType"] == "FARGATE")
    same = ("version", "platformVersion", "platformFamily", "ephemeralStorage", "attributes")
    assert {field: ours[field] for field in same} == {field: theirs[field] for field in same}
    names = [detail["name"] for detail in theirs["attachments"][0]["details"]]
    assert [detail["name"] for detail in ours["attachments"][0]["details"]] == names
    moments = ("createdAt", "connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt")
    assert sorted(moments, key=lambda moment: ours[moment]) == list(moments)
    assert sorted(moments, key=lambda moment: str(theirs[moment])) == list(moments)


def test_a_task_that_is_just_started_has_the_fields_that_are_published() -> None:
    stage = up("fargate")
    started = stage.call(
        "run_task",
        cluster=stage.cluster,
        taskDefinition="web",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    )
    ours = outline(started["tasks"][0])
    theirs = next(t for t in published("run-task") if t["launchType"] == "FARGATE")
    assert set(outline(theirs)) - set(ours) - _OF_VOLUMES == set()
    early = {"startedAt", "connectivity", "pullStartedAt", "containers[].runtimeId", "stopCode"}
    assert not early & set(ours)
