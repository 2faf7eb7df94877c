"""Rules of task definitions: what is refused, with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .folder import REMOVED

if TYPE_CHECKING:
    from .folder import Folder

_EC2 = {
    "launchType": "EC2",
    "platformVersion": REMOVED,
    "networkConfiguration": REMOVED,
}
_BRIDGE = {"networkMode": "bridge", "requiresCompatibilities": ["EC2"]}
_APP = "containerDefinitions[0]"
_HELPER = "containerDefinitions[1]"
_EFS = {"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}
_MOUNT = [{"sourceVolume": "v", "containerPath": "/v"}]

# service, task definition, path, words
_REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    # environment
    (
        {},
        {f"{_APP}.environment[1]": {"name": "KEY", "value": "x"}},
        f"{_APP}.secrets[0].name",
        "also in",
    ),
    (
        {},
        {f"{_APP}.secrets[1]": {"name": "KEY", "valueFrom": "/x"}},
        f"{_APP}.secrets[1].name",
        "is also in secrets",
    ),
    # restart policies
    (
        {},
        {f"{_APP}.restartPolicy": {"enabled": True, "restartAttemptPeriod": 59}},
        f"{_APP}.restartPolicy.restartAttemptPeriod",
        "59 is out of range. Use 60 to 1800",
    ),
    (
        {},
        {f"{_APP}.restartPolicy": {"enabled": True, "ignoredExitCodes": list(range(51))}},
        f"{_APP}.restartPolicy.ignoredExitCodes",
        "there are 51 exit codes, and 50 is the most",
    ),
    (
        {},
        {
            "cpu": "1024",
            "memory": "2048",
            "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
            f"{_APP}.restartPolicy": {"enabled": True},
        },
        f"{_APP}.restartPolicy",
        "Windows containers on Fargate don't support a restart policy",
    ),
    # names
    ({"serviceName": "my shop"}, {}, "serviceName", "characters that names can't have"),
    ({}, {"family": "shop:1"}, "family", "characters that names can't have"),
    ({}, {f"{_HELPER}.name": "app"}, f"{_HELPER}.name", "another container"),
    (
        {},
        {f"{_HELPER}.portMappings": [{"containerPort": 9, "name": "http"}]},
        f"{_HELPER}.portMappings[0].name",
        "another port",
    ),
    ({}, {"volumes": [{"name": "a"}, {"name": "a"}]}, "volumes[1].name", "another volume"),
    # health checks
    ({}, {f"{_APP}.healthCheck.interval": 1}, f"{_APP}.healthCheck.interval", "Use 5 to 300"),
    ({}, {f"{_APP}.healthCheck.retries": 11}, f"{_APP}.healthCheck.retries", "Use 1 to 10"),
    (
        {},
        {f"{_APP}.healthCheck.command": ["curl", "x"]},
        f"{_APP}.healthCheck.command[0]",
        "must begin with CMD",
    ),
    (
        {},
        {f"{_APP}.healthCheck.command": ["CMD-SHELL", "a", "b"]},
        f"{_APP}.healthCheck.command",
        "one",
    ),
    ({}, {f"{_APP}.healthCheck.command": ["CMD"]}, f"{_APP}.healthCheck.command", "nothing to run"),
    # logs
    (
        {},
        {f"{_APP}.logConfiguration": {"logDriver": "awslogs", "options": {}}},
        f"{_APP}.logConfiguration",
        "has no awslogs-group",
    ),
    (
        {},
        {f"{_APP}.logConfiguration": {"logDriver": "syslog"}},
        f"{_APP}.logConfiguration.logDriver",
        "Fargate has no log driver",
    ),
    (
        {},
        {f"{_APP}.logConfiguration": {"logDriver": "awsfirelens"}},
        f"{_APP}.logConfiguration.logDriver",
        "no container has a firelensConfiguration",
    ),
    (
        {},
        {
            f"{_APP}.firelensConfiguration": {"type": "fluentbit"},
            f"{_HELPER}.firelensConfiguration": {"type": "fluentbit"},
        },
        f"{_HELPER}.firelensConfiguration",
        "one FireLens container",
    ),
    # order
    (
        {},
        {f"{_APP}.dependsOn": [{"containerName": "helper", "condition": "HEALTHY"}]},
        f"{_APP}.dependsOn[0].condition",
        "has no healthCheck",
    ),
    (
        {},
        {f"{_HELPER}.dependsOn": [{"containerName": "app", "condition": "SUCCESS"}]},
        f"{_HELPER}.dependsOn[0].condition",
        "is essential",
    ),
    (
        {},
        {
            f"{_APP}.dependsOn": [{"containerName": "helper", "condition": "START"}],
            f"{_HELPER}.dependsOn": [{"containerName": "app", "condition": "START"}],
        },
        "containerDefinitions",
        "wait for each other",
    ),
    (
        {},
        {f"{_APP}.dependsOn": [{"containerName": "gone", "condition": "START"}]},
        f"{_APP}.dependsOn[0].containerName",
        "the task definition has no container of this name",
    ),
    ({}, {f"{_APP}.essential": False}, "containerDefinitions", "no container is essential"),
    (
        {},
        {f"{_APP}.volumesFrom": [{"sourceContainer": "gone"}]},
        f"{_APP}.volumesFrom[0].sourceContainer",
        "the task definition has no container of this name",
    ),
    # placeholders
    ({"cluster": "<cluster name>"}, {}, "cluster", "is a blank that was not filled in"),
    ({"cluster": "{{ cluster }}"}, {}, "cluster", "is a blank that was not filled in"),
    ({}, {f"{_APP}.image": "$REPOSITORY:$TAG"}, f"{_APP}.image", '"$REPOSITORY" is a blank'),
    ({}, {f"{_APP}.image": "shop:%BUILD%"}, f"{_APP}.image", '"%BUILD%" is a blank'),
    ({}, {f"{_APP}.image": "shop:#{tag}#"}, f"{_APP}.image", "is a blank"),
    (
        {},
        {f"{_APP}.environment[0].value": "{{ must_env `X` }}"},
        f"{_APP}.environment[0].value",
        "a template that was not rendered",
    ),
    (
        {},
        {f"{_APP}.environment[0].value": "{{resolve:ssm:/a}}"},
        f"{_APP}.environment[0].value",
        "a template that was not rendered",
    ),
    ({}, {"networkMode": "{{ mode }}"}, "networkMode", "is a blank"),
    # ports
    ({}, {f"{_APP}.portMappings[0].hostPort": 80}, f"{_APP}.portMappings[0].hostPort", "must be"),
    (
        {},
        {f"{_APP}.portMappings[1]": {"containerPort": 70000}},
        f"{_APP}.portMappings[1].containerPort",
        "70000 is not a port",
    ),
    (
        {},
        {f"{_APP}.portMappings[1]": {"protocol": "udp"}},
        f"{_APP}.portMappings[1].containerPort",
        "is missing",
    ),
    (
        {},
        {f"{_APP}.portMappings[0].containerPortRange": "1-9"},
        f"{_APP}.portMappings[0].containerPortRange",
        "exclude each other",
    ),
    (
        {},
        {f"{_HELPER}.portMappings": [{"containerPort": 8080}]},
        f"{_HELPER}.portMappings[0].containerPort",
        "taken by another mapping",
    ),
    ({}, {f"{_APP}.links": ["helper"]}, f"{_APP}.links", "links need the networkMode bridge"),
    (
        {**_EC2, "loadBalancers": REMOVED, "healthCheckGracePeriodSeconds": REMOVED},
        {**_BRIDGE, "networkMode": "none"},
        f"{_APP}.portMappings[0]",
        "the networkMode none has no ports",
    ),
    # roles
    ({}, {"executionRoleArn": REMOVED}, f"{_APP}.secrets", "executionRoleArn is not set"),
    (
        {},
        {
            "executionRoleArn": REMOVED,
            f"{_APP}.secrets": REMOVED,
            f"{_APP}.image": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop:1",
        },
        f"{_APP}.image",
        "an image from ECR",
    ),
    (
        {},
        {
            "executionRoleArn": REMOVED,
            f"{_APP}.secrets": REMOVED,
            f"{_APP}.image": "210987654321.dkr-ecr.eu-west-1.on.aws/shop:1",
        },
        f"{_APP}.image",
        "an image from ECR",
    ),
    (
        {"enableExecuteCommand": True},
        {"taskRoleArn": REMOVED},
        "enableExecuteCommand",
        "ECS Exec needs a task role",
    ),
    ({"role": "ecsServiceRole"}, {}, "role", "doesn't accept a role"),
    (
        {**_EC2, "role": "r", "loadBalancers": [], "healthCheckGracePeriodSeconds": 0},
        _BRIDGE,
        "role",
        "a role is for a load balancer",
    ),
    (
        {**_EC2, "role": "r", "serviceRegistries": [{"registryArn": "arn:x"}]},
        _BRIDGE,
        "role",
        "service discovery doesn't accept a role",
    ),
    # size
    ({**_EC2}, {**_BRIDGE, "memory": REMOVED}, _APP, "memory is missing"),
    ({}, {f"{_APP}.memory": 1024}, f"{_APP}.memory", "more than the task's"),
    (
        {},
        {f"{_APP}.memoryReservation": 1024},
        f"{_APP}.memoryReservation",
        "1024 MiB is more than the task's",
    ),
    ({}, {f"{_APP}.memory": 0}, f"{_APP}.memory", "too little"),
    (
        {},
        {f"{_APP}.memory": 64, f"{_APP}.memoryReservation": 65},
        f"{_APP}.memoryReservation",
        "more",
    ),
    ({}, {f"{_APP}.cpu": 200, f"{_HELPER}.cpu": 100}, "cpu", "more cpu together"),
    (
        {},
        {f"{_APP}.environment[0].value": "x" * 70_000},
        "",
        "bytes long; ECS accepts at most 65536",
    ),
    (
        {},
        {"containerDefinitions": [{"name": f"c{n}", "image": "x"} for n in range(11)]},
        "containerDefinitions",
        "found 11 containers",
    ),
    # tags
    ({"tags": [{"key": "a"}, {"key": "a"}]}, {}, "tags[1].key", "is here twice"),
    ({}, {"tags": [{"key": "aws:x"}]}, "tags[0].key", "AWS's own"),
    ({}, {"tags": [{"key": str(n)} for n in range(51)]}, "tags", "found 51 tags"),
    # volumes
    ({}, {f"{_APP}.mountPoints": _MOUNT}, f"{_APP}.mountPoints[0].sourceVolume", 'no volume "v"'),
    (
        {},
        {"volumes": [_EFS], f"{_APP}.mountPoints": _MOUNT * 2},
        f"{_APP}.mountPoints[1].containerPath",
        "something else is mounted",
    ),
    (
        {},
        {"volumes": [{**_EFS, "host": {"sourcePath": "/"}}]},
        "volumes[0]",
        "a volume has one kind",
    ),
    (
        {},
        {
            "volumes": [_EFS],
            "volumes[0].efsVolumeConfiguration.authorizationConfig": {"iam": "ENABLED"},
        },
        "volumes[0].efsVolumeConfiguration",
        "needs transitEncryption",
    ),
    (
        {},
        {
            "volumes": [{"name": "v", "configuredAtLaunch": True}],
            f"{_APP}.mountPoints": _MOUNT,
        },
        "volumes[0]",
        "configured at launch, but not in the service",
    ),
    ({"volumeConfigurations": [{"name": "v"}]}, {}, "volumeConfigurations[0].name", "no volume"),
]


@pytest.mark.parametrize(
    ("service", "task", "path", "words"), _REFUSED, ids=[f"{c[2]}: {c[3]}" for c in _REFUSED]
)
def test_what_ecs_would_refuse_is_refused_with_its_path(
    folder: Folder, service: dict[str, Any], task: dict[str, Any], path: str, words: str
) -> None:
    errors = folder.service(service).task(task).errors()
    head = f": {path}: " if path else ": "
    assert any(head in one and words in one for one in errors), errors


def test_a_container_that_is_too_large_alone_is_reported_once(folder: Folder) -> None:
    (error,) = folder.service({}).task({f"{_APP}.memoryReservation": 1024}).errors()
    assert f"{_APP}.memoryReservation" in error
