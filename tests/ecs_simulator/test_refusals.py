"""Requests that ECS refuses, in its words, and lists that hold what ECS's hold."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.stage import Stage
from tests.ecs_simulator.stages import up, update, wait_for


def refused(stage: Stage, operation: str, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        stage.call(operation, **params)
    return f"{error.value.response['Error']['Code']}: {error.value.response['Error']['Message']}"


def listed(stage: Stage) -> list[str]:
    return [
        arn.rpartition("/")[2] for arn in stage.call("list_services", cluster="main")["serviceArns"]
    ]


def create(stage: Stage, **differences: Any) -> dict[str, Any]:
    wanted = {**stage.definition, "serviceName": "other", "taskDefinition": "web:1", **differences}
    return {key: value for key, value in wanted.items() if value is not None}


def test_a_service_that_drains_is_described_and_not_listed_and_its_name_is_taken() -> None:
    stage = up()
    stage.call("delete_service", cluster="main", service="web", force=True)
    assert listed(stage) == []
    (shown,) = stage.call("describe_services", cluster="main", services=["web"])["services"]
    assert shown["status"] == "DRAINING"
    said = refused(stage, "create_service", **create(stage, serviceName="web"))
    assert said == "InvalidParameterException: Unable to Start a service that is still Draining."
    wait_for(stage, lambda: stage.service.status == "INACTIVE")
    stage.call("create_service", **create(stage, serviceName="web"))
    assert listed(stage) == ["web"]


def test_a_service_of_awsvpc_tasks_needs_a_network_configuration() -> None:
    stage = up()
    said = refused(stage, "create_service", **create(stage, networkConfiguration=None))
    assert said == (
        "InvalidParameterException: Network Configuration must be provided when networkMode "
        "'awsvpc' is specified."
    )
    assert listed(stage) == ["web"]


def test_an_inactive_revision_can_be_used_by_no_service_and_no_task() -> None:
    stage = up()
    stage.call("deregister_task_definition", taskDefinition="web:1")
    words = "ClientException: TaskDefinition is inactive"
    assert refused(stage, "create_service", **create(stage)) == words
    run = {"cluster": "main", "taskDefinition": "web:1", "launchType": "FARGATE"}
    assert refused(stage, "run_task", **run) == words
    with pytest.raises(ClientError, match="TaskDefinition is inactive"):
        update(stage, taskDefinition="web:1")


def test_tasks_that_share_the_hosts_network_take_none_and_cant_run_on_fargate() -> None:
    stage = up()
    bridge = {**stage.task_definition, "family": "bridge", "networkMode": "bridge"}
    bridge |= {"requiresCompatibilities": ["EC2"]}
    stage.call("register_task_definition", **bridge)
    said = refused(stage, "create_service", **create(stage, taskDefinition="bridge"))
    assert "Network Configuration is not valid for the given networkMode" in said
    network = stage.definition["networkConfiguration"]
    with pytest.raises(ClientError, match="Network Configuration is not valid"):
        update(stage, taskDefinition="bridge", networkConfiguration=network)
    changed = create(stage, taskDefinition="bridge", networkConfiguration=None)
    assert refused(stage, "create_service", **changed) == (
        "InvalidParameterException: Task definition does not support launch_type FARGATE."
    )
    assert stage.service.primary.revision.family == "web"


def test_nothing_is_described_only_when_something_is_named() -> None:
    stage = up()
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("describe_services", {"services": []}),
        ("describe_tasks", {"tasks": []}),
    )
    said = [refused(stage, name, cluster="main", **params) for name, params in asked]
    assert said == [
        f"InvalidParameterException: {things} cannot be empty." for things in ("Services", "Tasks")
    ]


@pytest.mark.parametrize("key", ["desiredCount", "healthCheckGracePeriodSeconds"])
def test_what_counts_is_not_negative(key: str) -> None:
    stage = up()
    count = stage.service.desired
    assert "must not be negative" in refused(stage, "create_service", **create(stage, **{key: -1}))
    with pytest.raises(ClientError, match="must not be negative"):
        update(stage, **{key: -1})
    assert stage.service.desired == count


@pytest.mark.parametrize("name", ["two words", "dotted.name", "x" * 256, ""])
def test_names_are_made_of_what_ecs_takes(name: str) -> None:
    stage = up()
    said = refused(stage, "create_service", **create(stage, serviceName=name))
    assert said.startswith("InvalidParameterException: Service names have up to 255 letters")
    if name:
        said = refused(stage, "create_cluster", clusterName=name)
        assert said.startswith("InvalidParameterException: Cluster names have up to 255 letters")


def test_what_cant_be_tagged_here_is_not_taken_for_a_task() -> None:
    stage = up()
    tags = [{"key": "team", "value": "web"}]
    arn = stage.service.arn.replace(":service/", ":service-revision/")
    said = refused(stage, "tag_resource", resourceArn=arn, tags=tags)
    assert f"{arn} is not the ARN of anything that can be tagged" in said


def test_tasks_of_a_service_that_isnt_there_are_not_just_none() -> None:
    said = refused(up(), "list_tasks", cluster="main", serviceName="nowhere")
    assert said == "ServiceNotFoundException: Service not found."


def test_task_definitions_are_listed_of_all_families_and_by_page() -> None:
    stage = up()
    for family in ("api", "web"):
        stage.call("register_task_definition", **{**stage.task_definition, "family": family})
    key = "taskDefinitionArns"
    page = stage.call("list_task_definitions", maxResults=2)
    rest = stage.call("list_task_definitions", nextToken=page["nextToken"])
    names = [arn.rpartition("/")[2] for arn in page[key] + rest[key]]
    assert names == ["api:1", "web:1", "web:2"]
    (newest,) = stage.call("list_task_definitions", familyPrefix="web", sort="DESC", maxResults=1)[
        key
    ]
    assert newest.endswith("web:2")


def test_a_family_is_not_deregistered_for_want_of_a_revision() -> None:
    stage = up()
    refused(stage, "deregister_task_definition", taskDefinition="web")
    shown = stage.call("describe_task_definition", taskDefinition="web:1")["taskDefinition"]
    assert shown["status"] == "ACTIVE"
