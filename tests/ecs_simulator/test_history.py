"""A service's history: service deployments and service revisions, and how they are stopped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from ecs_simulator.operations.times import stamp
from tests.ecs_simulator.stages import (
    break_image,
    deploy,
    said,
    settled,
    up,
    update,
    wait,
    wait_for,
)


def listed(stage: Stage, **asked: Any) -> list[dict[str, Any]]:
    answer = stage.call("list_service_deployments", cluster="main", service="web", **asked)
    found: list[dict[str, Any]] = answer["serviceDeployments"]
    return found


def described(stage: Stage, arn: str) -> dict[str, Any]:
    answer = stage.call("describe_service_deployments", serviceDeploymentArns=[arn])
    found: dict[str, Any] = answer["serviceDeployments"][0]
    return found


def test_a_deployment_is_followed_from_pending_to_successful() -> None:
    stage = up()
    deploy(stage)
    newest, first = listed(stage)
    assert (newest["status"], first["status"]) == ("PENDING", "SUCCESSFUL")
    wait(stage, 20)
    shown = described(stage, newest["serviceDeploymentArn"])
    assert shown["status"] == "IN_PROGRESS"
    assert shown["targetServiceRevision"]["requestedTaskCount"] == 3
    assert shown["sourceServiceRevisions"][0]["arn"] == first["targetServiceRevisionArn"]
    assert shown["sourceServiceRevisions"][0]["runningTaskCount"] == 3
    service = stage.call("describe_services", cluster="main", services=["web"])["services"][0]
    assert service["currentServiceDeployment"] == newest["serviceDeploymentArn"]
    wait_for(stage, settled(stage))
    shown = described(stage, newest["serviceDeploymentArn"])
    assert shown["status"] == "SUCCESSFUL"
    assert shown["createdAt"] < shown["startedAt"] < shown["finishedAt"]
    assert shown["targetServiceRevision"]["runningTaskCount"] == 3
    assert shown["deploymentCircuitBreaker"]["status"] == "MONITORING_COMPLETE"
    service = stage.call("describe_services", cluster="main", services=["web"])["services"][0]
    assert "currentServiceDeployment" not in service


def test_a_service_revision_keeps_what_the_service_was_to_run() -> None:
    stage = up()
    network = {"awsvpcConfiguration": {"subnets": ["subnet-2"], "securityGroups": ["sg-2"]}}
    deploy(stage, networkConfiguration=network)
    arns = [d["targetServiceRevisionArn"] for d in listed(stage)]
    answer = stage.call("describe_service_revisions", serviceRevisionArns=[*arns, "arn:none"])
    new, old = answer["serviceRevisions"]
    assert new["taskDefinition"].endswith("web:2")
    assert new["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == ["subnet-2"]
    assert old["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == ["subnet-1"]
    assert old["launchType"] == "FARGATE"
    assert {c["containerName"] for c in old["containerImages"]} == {"web", "log"}
    assert answer["failures"] == [{"arn": "arn:none", "reason": "MISSING"}]


def test_a_breakers_rollback_is_told_in_the_same_service_deployment() -> None:
    stage = up()
    break_image(stage)
    network = {"awsvpcConfiguration": {"subnets": ["subnet-2"], "securityGroups": ["sg-2"]}}
    failed = deploy(stage, networkConfiguration=network)
    wait_for(stage, lambda: failed.rollout_state == "FAILED")
    arn = listed(stage)[0]["serviceDeploymentArn"]
    shown = described(stage, arn)
    assert shown["status"] == "ROLLBACK_IN_PROGRESS"
    assert shown["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    wait_for(stage, settled(stage))
    shown = described(stage, arn)
    assert shown["status"] == "ROLLBACK_SUCCESSFUL"
    assert shown["statusReason"] == (
        "Service deployment rolled back because the circuit breaker threshold was exceeded."
    )
    assert shown["rollback"]["serviceRevisionArn"] == listed(stage)[1]["targetServiceRevisionArn"]
    assert len(listed(stage)) == 2
    assert stage.service.raw["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == [
        "subnet-1"
    ]


def test_a_deployment_is_rolled_back_when_a_user_asks_for_it() -> None:
    stage = up(deploymentConfiguration={})
    deploy(stage)
    wait(stage, 45)
    arn = listed(stage)[0]["serviceDeploymentArn"]
    answer = stage.call("stop_service_deployment", serviceDeploymentArn=arn)
    assert answer["serviceDeploymentArn"] == arn
    assert described(stage, arn)["status"] == "ROLLBACK_REQUESTED"
    wait_for(stage, lambda: described(stage, arn)["status"] == "ROLLBACK_IN_PROGRESS", 10)
    wait_for(stage, settled(stage))
    shown = described(stage, arn)
    assert shown["status"] == "ROLLBACK_SUCCESSFUL"
    assert shown["stoppedAt"] <= shown["finishedAt"]
    assert {t.revision.number for t in stage.service.tasks if not t.stopping} == {1}
    assert any("rolling back to deployment" in e for e in said(stage))


def test_a_deployment_that_is_aborted_stays_where_it_stands() -> None:
    stage = up()
    deployment = deploy(stage)
    wait(stage, 20)
    arn = listed(stage)[0]["serviceDeploymentArn"]
    stage.call("stop_service_deployment", serviceDeploymentArn=arn, stopType="ABORT")
    assert described(stage, arn)["status"] == "STOP_REQUESTED"
    wait(stage, 600)
    assert described(stage, arn)["status"] == "STOPPED"
    assert stage.service.primary is deployment
    assert stage.world.healthy_targets(stage.service) >= 3
    update(stage, taskDefinition="web:1")
    wait_for(stage, settled(stage))
    assert stage.service.primary.rollout_state == "COMPLETED"


def test_what_has_ended_or_never_was_cant_be_stopped() -> None:
    stage = up()
    arn = listed(stage)[0]["serviceDeploymentArn"]
    with pytest.raises(ClientError, match="ConflictException"):
        stage.call("stop_service_deployment", serviceDeploymentArn=arn)
    with pytest.raises(ClientError, match="ServiceDeploymentNotFoundException"):
        stage.call("stop_service_deployment", serviceDeploymentArn=f"{arn}x")


def test_a_superseded_service_deployment_is_stopped() -> None:
    stage = up()
    deploy(stage)
    wait(stage, 30)
    deploy(stage)
    assert [d["status"] for d in listed(stage)] == ["PENDING", "STOPPED", "SUCCESSFUL"]
    wait_for(stage, settled(stage))
    assert [d["status"] for d in listed(stage)] == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]


def test_the_history_is_listed_by_status_time_and_page() -> None:
    stage = up()
    born = stage.service.created_s
    wait(stage, 100)
    deploy(stage)
    assert [d["status"] for d in listed(stage, status=["SUCCESSFUL"])] == ["SUCCESSFUL"]
    after = stamp(born) + dt.timedelta(seconds=60)
    assert [d["status"] for d in listed(stage, createdAt={"after": after})] == ["PENDING"]
    assert [d["status"] for d in listed(stage, createdAt={"before": after})] == ["SUCCESSFUL"]
    page = stage.call("list_service_deployments", cluster="main", service="web", maxResults=1)
    rest = listed(stage, nextToken=page["nextToken"])
    assert [d["status"] for d in rest] == ["SUCCESSFUL"]
    with pytest.raises(ClientError, match="Invalid token"):
        listed(stage, nextToken="x")
