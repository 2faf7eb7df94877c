"""Past its quota, AWS throttles: each category of actions by itself."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from ecs_simulator.operations import OPERATIONS
from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.quotas import Bucket, Quotas
from tests.ecs_simulator.stages import said, up, update, wait, wait_for


def test_a_bucket_holds_its_burst_and_fills_at_its_rate() -> None:
    bucket = Bucket(burst=50, rate=20, tokens=50)
    assert sum(bucket.take(0.0) for _ in range(60)) == 50
    assert sum(bucket.take(1.0) for _ in range(60)) == 20
    assert sum(bucket.take(100.0) for _ in range(60)) == 50


def test_actions_of_a_category_share_a_bucket_and_others_dont() -> None:
    quotas = Quotas()
    for n in range(50):
        quotas.take("ListServiceDeployments" if n % 2 else "DescribeServiceDeployments", 0.0)
    with pytest.raises(ApiError, match="Rate exceeded"):
        quotas.take("ListServiceDeployments", 0.0)
    quotas.take("DescribeServiceRevisions", 0.0)
    quotas.take("DescribeServices", 0.0)


def test_every_action_has_a_quota_but_those_for_which_aws_names_none() -> None:
    quotas = Quotas()
    without = [name for name in OPERATIONS["ecs"] if name not in quotas._category]
    assert sorted(without) == [
        "ContinueServiceDeployment",
        "DiscoverPollEndpoint",
        "StopServiceDeployment",
    ]


def test_updates_are_throttled_at_five_a_second_after_fifty() -> None:
    stage = up()
    for count in range(49):
        update(stage, desiredCount=3 + count % 2)
    stage.world.quotas.buckets["service modify"].tokens = 0
    with pytest.raises(ClientError, match="ThrottlingException"):
        update(stage, desiredCount=3)
    wait(stage, 1)
    update(stage, desiredCount=3)


def test_fargate_launches_only_so_many_tasks_a_second() -> None:
    stage = up()
    stage.world.quotas.buckets["FARGATE"] = Bucket(3, 0.1, 0, filled_s=stage.world.now)
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    with pytest.raises(ClientError, match="Rate exceeded"):
        stage.call(
            "run_task",
            cluster="main",
            taskDefinition="web:1",
            launchType="FARGATE",
            networkConfiguration=network,
        )
    update(stage, desiredCount=8)
    wait_for(stage, lambda: stage.service.count("RUNNING") == 8)
    assert any("operations are being throttled" in e for e in said(stage))


def test_several_tasks_are_run_at_once_and_a_token_runs_none_twice() -> None:
    stage = up("ec2-bridge")
    wanted = {"cluster": "main", "taskDefinition": "web:1", "count": 3, "clientToken": "once"}
    first = stage.call("run_task", **wanted)["tasks"]
    again = stage.call("run_task", **wanted)["tasks"]
    assert len(first) == 3
    assert [t["taskArn"] for t in first] == [t["taskArn"] for t in again]


def test_what_finds_no_place_is_a_failure_and_the_rest_is_run() -> None:
    stage = up("ec2-bridge")
    for instance in stage.world.clusters["main"][1:]:
        instance.memory = 0
    stage.world.clusters["main"][0].memory = 1100
    answer = stage.call("run_task", cluster="main", taskDefinition="web:1", count=3)
    assert len(answer["tasks"]) == 2
    assert [f["reason"] for f in answer["failures"]] == ["RESOURCE:MEMORY"]
