"""The simulated ECS describes things as the real one does: with all that it fills in."""

from __future__ import annotations

from typing import Any

from cage.rehearsal.stage import Stage

_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef"
_TASK: dict[str, Any] = {
    "family": "web",
    "networkMode": "awsvpc",
    "cpu": ".25 vCPU",
    "memory": "0.5 GB",
    "volumes": [{"name": "data"}, {"name": "late", "configuredAtLaunch": True}],
    "tags": [{"key": "team", "value": "shop"}],
    "containerDefinitions": [
        {
            "name": "web",
            "image": "registry.test/web:1",
            "portMappings": [{"containerPort": 8080}],
            "healthCheck": {"command": ["CMD", "true"]},
        }
    ],
}
_SERVICE: dict[str, Any] = {
    "cluster": "main",
    "serviceName": "web",
    "desiredCount": 1,
    "launchType": "FARGATE",
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    "loadBalancers": [{"targetGroupArn": _GROUP, "containerName": "web", "containerPort": 8080}],
    "volumeConfigurations": [
        {"name": "late", "managedEBSVolume": {"roleArn": "arn:aws:iam::1:r", "sizeInGiB": 9}}
    ],
    "serviceConnectConfiguration": {"enabled": True, "namespace": "shop"},
    "tags": [{"key": "team", "value": "shop"}],
}


def stage(service: dict[str, Any], task: dict[str, Any]) -> Stage:
    made = Stage(service, task)
    made.bring_up()
    return made


def described(made: Stage, **params: Any) -> dict[str, Any]:
    answer = made.call("describe_services", cluster="main", services=["web"], **params)
    found: dict[str, Any] = answer["services"][0]
    return found


def test_a_task_definition_is_described_with_what_ecs_filled_in() -> None:
    made = stage(_SERVICE, _TASK)
    answer = made.call("describe_task_definition", taskDefinition="web", include=["TAGS"])
    found = answer["taskDefinition"]
    container = found["containerDefinitions"][0]
    assert (found["cpu"], found["memory"]) == ("256", "512")
    assert (container["cpu"], container["essential"]) == (0, True)
    assert container["portMappings"] == [
        {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}
    ]
    assert container["healthCheck"]["interval"] == 30
    assert container["environment"] == container["mountPoints"] == container["volumesFrom"] == []
    assert found["volumes"][0] == {"name": "data", "host": {}}
    assert found["compatibilities"] == ["EC2", "FARGATE"]
    assert answer["tags"] == _TASK["tags"]
    assert "tags" not in found
    assert made.call("describe_task_definition", taskDefinition="web")["tags"] == []


def test_a_bridge_task_gets_an_open_host_port() -> None:
    task = {**_TASK, "networkMode": "bridge"}
    found = Stage(_SERVICE, task).call("register_task_definition", **task)["taskDefinition"]
    assert found["containerDefinitions"][0]["portMappings"][0]["hostPort"] == 0
    assert found["compatibilities"] == ["EC2"]


def test_a_service_is_described_with_what_ecs_filled_in() -> None:
    found = described(stage(_SERVICE, _TASK))
    assert found["deploymentController"] == {"type": "ECS"}
    assert found["healthCheckGracePeriodSeconds"] == 0
    assert found["roleArn"].endswith("/AWSServiceRoleForECS")
    assert found["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
    assert found["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] is False
    assert found["deploymentConfiguration"]["maximumPercent"] == 200
    assert found["availabilityZoneRebalancing"] == "ENABLED"
    assert "tags" not in found


def test_a_service_that_ecs_cant_rebalance_is_created_without_rebalancing() -> None:
    packed = {**_SERVICE, "placementStrategy": [{"type": "binpack", "field": "memory"}]}
    del packed["launchType"]
    on_instances = {**_TASK, "requiresCompatibilities": ["EC2"]}
    found = described(stage({**packed, "launchType": "EC2"}, on_instances))
    assert found["availabilityZoneRebalancing"] == "DISABLED"


def test_tags_are_shown_when_they_are_asked_for() -> None:
    assert described(stage(_SERVICE, _TASK), include=["TAGS"])["tags"] == _SERVICE["tags"]


def test_volumes_and_service_connect_are_shown_of_the_deployment_only() -> None:
    found = described(stage(_SERVICE, _TASK))
    deployment = found["deployments"][0]
    for key in ("volumeConfigurations", "serviceConnectConfiguration"):
        assert key not in found
        assert deployment[key] == _SERVICE[key]
    assert (found["platformVersion"], deployment["platformVersion"]) == ("LATEST", "1.4.0")


def test_a_daemon_has_percents_of_its_own() -> None:
    service = {
        "cluster": "main",
        "serviceName": "web",
        "launchType": "EC2",
        "schedulingStrategy": "DAEMON",
    }
    task = {**_TASK, "networkMode": "bridge"}
    made = Stage(service, task)
    made.call("register_task_definition", **task)
    made.call("create_service", **service, taskDefinition="web")
    config = described(made)["deploymentConfiguration"]
    assert (config["maximumPercent"], config["minimumHealthyPercent"]) == (100, 0)
