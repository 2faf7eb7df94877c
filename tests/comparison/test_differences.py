"""What counts as a change, and what is the same thing said in another way."""

from __future__ import annotations

from typing import Any

import pytest

from cage.comparison.differences import (
    Differences,
    everything,
    service_differences,
    task_definition_differences,
)
from cage.comparison.live import running_revision, service_input, task_definition_input
from cage.comparison.reading import Live
from cage.definitions import SecretText
from tests.comparison.requests import GROUP, ROLE, SERVICE_SHAPE, TASK_SHAPE

_VPC = {"subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"]}
SERVICE: dict[str, Any] = {
    "cluster": "blue",
    "serviceName": "shop",
    "launchType": "FARGATE",
    "desiredCount": 2,
    "networkConfiguration": {"awsvpcConfiguration": _VPC},
}
CONTAINER: dict[str, Any] = {
    "name": "web",
    "image": "web:1",
    "portMappings": [{"containerPort": 80}, {"containerPort": 443}],
    "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
}
TASK: dict[str, Any] = {
    "family": "shop",
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "taskRoleArn": ROLE.format("svc/shop"),
    "containerDefinitions": [CONTAINER],
}


def of_task(live: dict[str, Any], wanted: dict[str, Any]) -> Differences:
    return task_definition_differences(TASK | live, TASK | wanted, TASK_SHAPE)


def of_container(live: dict[str, Any], wanted: dict[str, Any], **task: Any) -> Differences:
    def sides(container: dict[str, Any]) -> dict[str, Any]:
        return {**task, "containerDefinitions": [CONTAINER | container]}

    return of_task(sides(live), sides(wanted))


def of_service(live: dict[str, Any], wanted: dict[str, Any]) -> Differences:
    return service_differences(Live(SERVICE | live), SERVICE | wanted, SERVICE_SHAPE)


def lines(found: Differences) -> list[tuple[str, str, Any, Any]]:
    return [(change.sign, change.path, change.old, change.new) for change in found.changes]


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        ({"cpu": 0, "essential": True, "mountPoints": []}, {}),
        ({"environment": CONTAINER["environment"][::-1]}, {}),
        ({"portMappings": CONTAINER["portMappings"][::-1]}, {}),
        ({"portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]},
         {"portMappings": [{"containerPort": 80, "protocol": "TCP"}]}),
        ({"healthCheck": {"command": ["CMD", "x"], "interval": 30, "timeout": 5, "retries": 3}},
         {"healthCheck": {"command": ["CMD", "x"]}}),
        ({"logConfiguration": {"logDriver": "awslogs", "options": {"a": "1", "b": "2"}}},
         {"logConfiguration": {"options": {"b": "2", "a": "1"}, "logDriver": "awslogs"}}),
        ({"mountPoints": [{"sourceVolume": "v", "containerPath": "/v", "readOnly": False}]},
         {"mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]}),
        ({"secrets": [{"name": "X", "valueFrom": "/x"}, {"name": "Y", "valueFrom": "/y"}]},
         {"secrets": [{"name": "Y", "valueFrom": "/y"}, {"name": "X", "valueFrom": "/x"}]}),
        ({"linuxParameters": {"capabilities": {"add": ["B", "A"], "drop": []}}},
         {"linuxParameters": {"capabilities": {"add": ["A", "B"]}, "initProcessEnabled": False}}),
        ({"image": "web:1", "command": None}, {}),
    ],
)  # fmt: skip
def test_a_container_said_in_two_ways_is_one(live: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert of_container(live, wanted).changes == ()


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        ({"cpu": "256", "memory": "1024"}, {"cpu": ".25 vCPU", "memory": "1 GB"}),
        ({}, {"taskRoleArn": "/svc/shop"}),
        ({}, {"taskRoleArn": "shop"}),
        ({"executionRoleArn": "start"}, {"executionRoleArn": ROLE.format("start")}),
        ({"volumes": [{"name": "v", "host": {}}]}, {"volumes": [{"name": "v"}]}),
        ({"requiresCompatibilities": ["FARGATE", "EC2"]},
         {"requiresCompatibilities": ["EC2", "FARGATE"]}),
        ({"tags": [{"key": "a", "value": ""}]}, {"tags": [{"key": "a"}]}),
        ({"status": "ACTIVE", "revision": 7, "requiresAttributes": [{"name": "x"}]}, {}),
        ({"enableFaultInjection": False, "placementConstraints": []}, {}),
    ],
)  # fmt: skip
def test_a_task_definition_said_in_two_ways_is_one(
    live: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert of_task(live, wanted).changes == ()


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        ({"platformVersion": "LATEST"}, {}),
        ({}, {"platformVersion": "latest"}),
        ({"networkConfiguration": {"awsvpcConfiguration": {
            **_VPC, "subnets": ["subnet-2", "subnet-1"], "assignPublicIp": "DISABLED"}}}, {}),
        ({"deploymentConfiguration": {
            "strategy": "ROLLING", "bakeTimeInMinutes": 0, "maximumPercent": 200,
            "minimumHealthyPercent": 100, "deploymentCircuitBreaker": {
                "enable": False, "rollback": False, "resetOnHealthyTask": True,
                "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 50}}}}, {}),
        ({"deploymentController": {"type": "ECS"}, "schedulingStrategy": "REPLICA"}, {}),
        ({"healthCheckGracePeriodSeconds": 0, "propagateTags": "NONE"}, {}),
        ({"availabilityZoneRebalancing": "ENABLED"}, {}),
        ({"role": ROLE.format("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")}, {}),
        ({"cluster": "blue", "taskDefinition": "shop:7"},
         {"cluster": "arn:aws:ecs:eu-west-1:1:cluster/blue", "taskDefinition": "shop"}),
        ({"launchType": None, "capacityProviderStrategy": [
            {"capacityProvider": "FARGATE", "weight": 1, "base": 0}]},
         {"launchType": None, "capacityProviderStrategy": [
            {"capacityProvider": "FARGATE", "weight": 1}]}),
        ({"launchType": None, "capacityProviderStrategy": [{"capacityProvider": "mine"}]},
         {"launchType": None}),
        ({"placementStrategy": [{"type": "spread", "field": "instanceId"}]},
         {"placementStrategy": [{"type": "spread", "field": "host"}]}),
        ({"schedulingStrategy": "DAEMON",
          "deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 0}},
         {"schedulingStrategy": "DAEMON"}),
        ({"serviceConnectConfiguration": {"enabled": True, "namespace": "n", "services": [
            {"portName": "http", "discoveryName": "http"}]}},
         {"serviceConnectConfiguration": {"enabled": True, "namespace": "n", "services": [
            {"portName": "http"}]}}),
    ],
)  # fmt: skip
def test_a_service_said_in_two_ways_is_one(live: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert lines(of_service(live, wanted)) == []


def test_a_container_is_compared_by_its_name_wherever_it_stands() -> None:
    log = {"name": "log", "image": "log:1"}
    found = of_task(
        {"containerDefinitions": [CONTAINER, log]},
        {"containerDefinitions": [{**log, "image": "log:2"}, CONTAINER]},
    )
    assert lines(found) == [("~", "containerDefinitions[log].image", "log:1", "log:2")]


def test_the_order_of_a_command_is_a_change() -> None:
    found = of_container({"command": ["a", "b"]}, {"command": ["b", "a"]})
    assert lines(found) == [("~", "containerDefinitions[web].command", ["a", "b"], ["b", "a"])]


def test_one_more_and_one_less_are_told_apart() -> None:
    environment = [{"name": "A", "value": "1"}, {"name": "my.key", "value": "x"}]
    assert lines(of_container({}, {"environment": environment})) == [
        ("-", "containerDefinitions[web].environment[B]", "2", None),
        ("+", "containerDefinitions[web].environment[my.key]", None, "x"),
    ]


def test_a_list_that_comes_or_goes_is_told_thing_by_thing() -> None:
    tags = [{"key": "team", "value": "shop"}, {"key": "two words", "value": ""}]
    assert lines(of_task({}, {"tags": tags})) == [
        ("+", "tags[team]", None, "shop"),
        ("+", 'tags["two words"]', None, ""),
    ]


def test_what_stands_twice_is_counted_twice() -> None:
    twice = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    once = [{"name": "A", "value": "1"}]
    assert lines(of_container({"environment": twice}, {"environment": once})) == [
        ("-", "containerDefinitions[web].environment[A#2]", "2", None)
    ]


def test_a_subnet_is_exchanged() -> None:
    vpc = {**_VPC, "subnets": ["subnet-1", "subnet-3"]}
    found = of_service({}, {"networkConfiguration": {"awsvpcConfiguration": vpc}})
    path = "networkConfiguration.awsvpcConfiguration.subnets"
    assert lines(found) == [("-", path, "subnet-2", None), ("+", path, None, "subnet-3")]


def test_a_default_is_named_where_one_side_says_nothing() -> None:
    (change,) = of_service({}, {"propagateTags": "SERVICE"}).changes
    assert (change.sign, change.old, change.new) == ("~", "NONE", "SERVICE")
    assert change.filled_in == "old"
    (change,) = of_container({"essential": False}, {}).changes
    assert (change.old, change.new, change.filled_in) == (False, True, "new")


def test_a_host_port_follows_the_network_mode() -> None:
    fixed = {"portMappings": [{"containerPort": 80, "hostPort": 80}]}
    plain = {"portMappings": [{"containerPort": 80}]}
    assert of_container(fixed, plain).changes == ()
    assert of_container(fixed, plain, networkMode="host").changes == ()
    found = of_container(fixed, plain, networkMode="bridge")
    assert lines(found) == [("~", "containerDefinitions[web].portMappings[80].hostPort", 80, 0)]


def test_true_is_not_one() -> None:
    assert of_container({"privileged": True}, {"privileged": True}).changes == ()
    assert len(of_container({}, {"privileged": True}).changes) == 1
    assert len(of_container({"cpu": 1}, {"cpu": 0}).changes) == 1


def test_another_role_is_a_change() -> None:
    found = of_task({}, {"taskRoleArn": "hop"})
    assert lines(found) == [("~", "taskRoleArn", ROLE.format("svc/shop"), "hop")]
    assert len(of_task({}, {"taskRoleArn": ROLE.format("shop")}).changes) == 1


def test_a_launch_type_that_is_said_counts() -> None:
    live = {"launchType": None, "capacityProviderStrategy": [{"capacityProvider": "mine"}]}
    assert [c.sign for c in of_service(live, {"launchType": "EC2"}).changes] == ["+", "-"]


def test_the_desired_count_is_noted_and_not_counted() -> None:
    found = of_service({"desiredCount": 5}, {})
    assert found.changes == ()
    (note,) = found.notes
    assert note.startswith("desiredCount is 5 live and 2 in the file; only --desired-count changes")
    assert of_service({"desiredCount": 5}, {"desiredCount": None}).notes == ()


def test_a_namespace_by_name_and_by_arn_is_not_compared_and_said_so() -> None:
    arn = "arn:aws:servicediscovery:eu-west-1:1:namespace/ns-abc"
    live = {"serviceConnectConfiguration": {"enabled": True, "namespace": arn}}
    wanted = {"serviceConnectConfiguration": {"enabled": True, "namespace": "shop"}}
    found = of_service(live, wanted)
    assert found.changes == ()
    assert "namespace isn't compared" in found.notes[0]
    other = {"serviceConnectConfiguration": {"enabled": True, "namespace": "hop"}}
    assert len(of_service(wanted, other).changes) == 1


def test_what_could_not_be_read_is_not_compared_and_said_so() -> None:
    wanted = {"monitoring": {"metricConfigurations": [{"metricNames": ["a"]}]}}
    live = Live(dict(SERVICE), "", ("gatewayConnectors", "monitoring"), "no service revision")
    found = service_differences(live, SERVICE | wanted, SERVICE_SHAPE)
    assert found.changes == ()
    assert found.uncompared == ("monitoring",)
    assert found.notes == ("monitoring isn't compared: no service revision",)
    (read,) = service_differences(Live(dict(SERVICE)), SERVICE | wanted, SERVICE_SHAPE).changes
    assert (read.sign, read.member) == ("+", "monitoring")


def test_secrets_are_masked_wherever_they_stand() -> None:
    password = {"name": "DB_PASSWORD", "value": "hunter2"}
    sidecar = {"name": "log", "image": "l", "environment": [password]}
    token = {"logDriver": "splunk", "options": {"splunk-token": "hunter2", "splunk-url": "u"}}
    live = {"environment": [password]}
    wanted = {
        "environment": [{**password, "value": "hunter3"}],
        "logConfiguration": token,
        "command": ["--password=hunter2"],
        "dockerLabels": {"api.token": "hunter2"},
        "secrets": [{"name": "PASSWORD", "valueFrom": "/shop/password"}],
    }
    found = of_task(
        {"containerDefinitions": [CONTAINER | live]},
        {"containerDefinitions": [CONTAINER | wanted, sidecar]},
    )
    assert "hunter" not in repr(found)
    assert ("~", "containerDefinitions[web].environment[DB_PASSWORD]", "***", "***") in lines(found)
    assert "/shop/password" in repr(found)


def test_everything_is_an_addition_where_nothing_is_live() -> None:
    found = everything({**SERVICE, "propagateTags": "SERVICE"}, SERVICE_SHAPE)
    assert {change.sign for change in found.changes} == {"+"}
    assert {change.member for change in found.changes} == {*SERVICE, "propagateTags"}


def test_what_only_the_primary_deployment_tells_is_part_of_the_service() -> None:
    volume = {"name": "v", "managedEBSVolume": {"roleArn": ROLE.format("ebs"), "sizeInGiB": 9}}
    described = {
        "clusterArn": "arn:aws:ecs:eu-west-1:1:cluster/blue",
        "serviceName": "shop",
        "roleArn": ROLE.format("elb"),
        "tags": [{"key": "aws:cloudformation:stack-id", "value": "x"}, {"key": "a", "value": "b"}],
        "deployments": [
            {"status": "ACTIVE", "taskDefinition": "old", "volumeConfigurations": []},
            {"status": "PRIMARY", "taskDefinition": "new", "volumeConfigurations": [volume]},
        ],
    }
    found = service_input(described)
    assert found["volumeConfigurations"] == [volume]
    assert (found["cluster"], found["role"]) == ("blue", ROLE.format("elb"))
    assert found["tags"] == [{"key": "a", "value": "b"}]
    assert running_revision(described) == "new"


def test_a_service_of_task_sets_is_read_from_its_primary_one() -> None:
    balancer = {"targetGroupArn": GROUP.format("a"), "containerName": "w", "containerPort": 1}
    described = {
        "clusterArn": "c/blue",
        "serviceName": "shop",
        "loadBalancers": [],
        "taskSets": [{"status": "PRIMARY", "taskDefinition": "t", "loadBalancers": [balancer]}],
    }
    assert service_input(described)["loadBalancers"] == [balancer]
    assert running_revision(described) == "t"
    assert running_revision({"taskDefinition": "s"}) == "s"


def test_tags_of_aws_are_nobodys() -> None:
    tags = [{"key": "aws:x", "value": "1"}]
    assert task_definition_input({"family": "f", "tags": tags})["tags"] == []


def test_what_was_looked_up_in_a_store_of_secrets_is_masked_on_both_sides() -> None:
    def environment(value: str) -> dict[str, Any]:
        return {**TASK, "containerDefinitions": [{**CONTAINER, "environment": [
            {"name": "A", "value": value}, {"name": "B", "value": "2"}]}]}  # fmt: skip

    told = task_definition_differences(
        environment("former"), environment(SecretText("hunter2")), TASK_SHAPE
    )
    (change,) = told.changes
    assert (change.sign, change.old, change.new) == ("~", "***", "***")
    same = task_definition_differences(
        environment("hunter2"), environment(SecretText("hunter2")), TASK_SHAPE
    )
    assert same.changes == ()
    assert "hunter2" not in str(everything(environment(SecretText("hunter2")), TASK_SHAPE))


def test_a_secret_in_a_list_without_order_is_masked_too() -> None:
    def groups(group: str) -> dict[str, Any]:
        vpc = {**_VPC, "securityGroups": [group]}
        return {**SERVICE, "networkConfiguration": {"awsvpcConfiguration": vpc}}

    told = service_differences(Live(groups("former")), groups(SecretText("hunter2")), SERVICE_SHAPE)
    assert [(one.sign, one.old, one.new) for one in told.changes] == [
        ("-", "***", None),
        ("+", None, "***"),
    ]
