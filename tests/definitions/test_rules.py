"""Each rule of the catalogue: what it refuses, with its path, and what it lets pass."""

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
_LINKED_ROLE = (
    "arn:aws:iam::210987654321:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
)
_REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"taskDefinition": "other:3"}, {}, "taskDefinition", "of another family"),
    (
        {"taskDefinition": "arn:aws:ecs:eu-west-1:210987654321:task-definition/x:3"},
        {},
        "taskDefinition",
        'the task definition\'s "shop"',
    ),
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
    # names
    ({"serviceName": "my shop"}, {}, "serviceName", "characters that no name may have"),
    ({}, {"family": "shop:1"}, "family", "characters that no name may have"),
    ({}, {f"{_HELPER}.name": "app"}, f"{_HELPER}.name", "another container"),
    (
        {},
        {f"{_HELPER}.portMappings": [{"containerPort": 9, "name": "http"}]},
        f"{_HELPER}.portMappings[0].name",
        "another port",
    ),
    ({}, {"volumes": [{"name": "a"}, {"name": "a"}]}, "volumes[1].name", "another volume"),
    # Fargate
    ({}, {"cpu": REMOVED}, "cpu", "Fargate needs it"),
    (
        {},
        {"memory": REMOVED, f"{_APP}.memory": 64, f"{_HELPER}.memory": 64},
        "memory",
        "Fargate needs",
    ),
    ({}, {"cpu": "300"}, "cpu", 'Fargate has no cpu of "300"'),
    ({}, {"memory": "4096"}, "memory", "Use 512, 1024, 2048"),
    ({}, {"cpu": "8 vCPU", "memory": "18 GB"}, "memory", "in steps of 4096"),
    ({}, {"cpu": "much"}, "cpu", "is no amount of cpu"),
    (
        {"networkConfiguration": REMOVED},
        {"networkMode": REMOVED},
        "networkMode",
        "awsvpc, and not bridge",
    ),
    ({}, {"ipcMode": "task"}, "ipcMode", "takes no ipcMode"),
    ({}, {"pidMode": "host"}, "pidMode", 'Use "task"'),
    (
        {},
        {"ephemeralStorage": {"sizeInGiB": 500}},
        "ephemeralStorage.sizeInGiB",
        "no ephemeral storage",
    ),
    ({}, {f"{_APP}.privileged": True}, f"{_APP}.privileged", "no privileged containers"),
    ({}, {f"{_APP}.stopTimeout": 300}, f"{_APP}.stopTimeout", "at most 120 s"),
    (
        {},
        {f"{_APP}.resourceRequirements": [{"type": "GPU", "value": "1"}]},
        f"{_APP}.resourceRequirements[0].type",
        "no GPUs",
    ),
    (
        {},
        {f"{_APP}.linuxParameters": {"devices": [{"hostPath": "/dev/x"}]}},
        f"{_APP}.linuxParameters.devices",
        "no devices",
    ),
    (
        {},
        {"volumes": [{"name": "v", "host": {"sourcePath": "/x"}}], f"{_APP}.mountPoints": _MOUNT},
        "volumes[0].host.sourcePath",
        "nothing from its host",
    ),
    (
        {},
        {
            "volumes": [{"name": "v", "dockerVolumeConfiguration": {}}],
            f"{_APP}.mountPoints": _MOUNT,
        },
        "volumes[0].dockerVolumeConfiguration",
        "no Docker volumes",
    ),
    ({}, {"requiresCompatibilities": ["EC2"]}, "launchType", "requiresCompatibilities"),
    (
        {"placementConstraints": [{"type": "distinctInstance"}]},
        {},
        "placementConstraints",
        "takes no",
    ),
    ({"placementStrategy": [{"type": "random"}]}, {}, "placementStrategy", "takes no"),
    # health checks
    ({}, {f"{_APP}.healthCheck.interval": 1}, f"{_APP}.healthCheck.interval", "Use 5 to 300"),
    ({}, {f"{_APP}.healthCheck.retries": 11}, f"{_APP}.healthCheck.retries", "Use 1 to 10"),
    (
        {},
        {f"{_APP}.healthCheck.command": ["curl", "x"]},
        f"{_APP}.healthCheck.command[0]",
        "neither CMD",
    ),
    (
        {},
        {f"{_APP}.healthCheck.command": ["CMD-SHELL", "a", "b"]},
        f"{_APP}.healthCheck.command",
        "one",
    ),
    ({}, {f"{_APP}.healthCheck.command": ["CMD"]}, f"{_APP}.healthCheck.command", "nothing to run"),
    # load balancers
    (
        {"loadBalancers[0].loadBalancerName": "old"},
        {},
        "loadBalancers[0].loadBalancerName",
        "exclude each other",
    ),
    (
        {"loadBalancers[0].targetGroupArn": REMOVED},
        {},
        "loadBalancers[0]",
        "neither targetGroupArn",
    ),
    (
        {"loadBalancers[0].targetGroupArn": REMOVED, "loadBalancers[0].loadBalancerName": "old"},
        {},
        "loadBalancers[0].loadBalancerName",
        "takes no tasks with the networkMode awsvpc",
    ),
    (
        {"loadBalancers[0].containerName": "web"},
        {},
        "loadBalancers[0].containerName",
        'no container "web". Its containers are "app", "helper"',
    ),
    (
        {"loadBalancers[0].containerPort": 80},
        {},
        "loadBalancers[0].containerPort",
        'The container "app" does not map port 80. Its ports are 8080'.replace("The", "the"),
    ),
    ({"loadBalancers": []}, {}, "healthCheckGracePeriodSeconds", "needs a load balancer"),
    ({"loadBalancers": REMOVED}, {}, "healthCheckGracePeriodSeconds", "needs a load balancer"),
    (
        {"serviceRegistries": [{"registryArn": "arn:x", "port": 1, "containerPort": 8080}]},
        {},
        "serviceRegistries[0].port",
        "exclude each other",
    ),
    (
        {"serviceRegistries": [{"registryArn": "arn:x", "containerPort": 8080}]},
        {},
        "serviceRegistries[0].containerName",
        "containerPort needs containerName",
    ),
    (
        {**_EC2, "serviceRegistries": [{"registryArn": "arn:x"}]},
        _BRIDGE,
        "serviceRegistries[0]",
        "under the networkMode bridge",
    ),
    (
        {"serviceConnectConfiguration": {"enabled": True, "services": [{"portName": "grpc"}]}},
        {},
        "serviceConnectConfiguration.services[0].portName",
        'no port named "grpc". Its named ports are "http"',
    ),
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
    # network
    ({"networkConfiguration": REMOVED}, {}, "networkConfiguration", "awsvpc needs it"),
    (
        {**_EC2, "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s"]}}},
        _BRIDGE,
        "networkConfiguration",
        "and it is bridge",
    ),
    (
        {**_EC2, "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s"]}}},
        {**_BRIDGE, "networkMode": REMOVED},
        "networkConfiguration",
        "as none is set",
    ),
    (
        {
            "launchType": "EC2",
            "platformVersion": REMOVED,
            "networkConfiguration.awsvpcConfiguration.assignPublicIp": "ENABLED",
        },
        {"requiresCompatibilities": ["EC2"]},
        "networkConfiguration.awsvpcConfiguration.assignPublicIp",
        'only Fargate assigns public addresses, and the launchType is "EC2"',
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
        "there is no container of this name",
    ),
    ({}, {f"{_APP}.essential": False}, "containerDefinitions", "no container is essential"),
    (
        {},
        {f"{_APP}.volumesFrom": [{"sourceContainer": "gone"}]},
        f"{_APP}.volumesFrom[0].sourceContainer",
        "there is no container of this name",
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
    # placement
    (
        {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
        {},
        "launchType",
        "exclude each other",
    ),
    (
        {
            "launchType": REMOVED,
            "capacityProviderStrategy": [
                {"capacityProvider": "FARGATE", "weight": 1},
                {"capacityProvider": "own", "weight": 1},
            ],
        },
        {},
        "capacityProviderStrategy",
        "can't be mixed",
    ),
    (
        {
            "launchType": REMOVED,
            "capacityProviderStrategy": [
                {"capacityProvider": "FARGATE", "base": 1},
                {"capacityProvider": "FARGATE_SPOT", "base": 1},
            ],
        },
        {},
        "capacityProviderStrategy[1].base",
        "only one capacity provider",
    ),
    (
        {
            "launchType": REMOVED,
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 0}],
        },
        {},
        "capacityProviderStrategy",
        "no capacity provider has a weight",
    ),
    ({**_EC2, "schedulingStrategy": "DAEMON"}, _BRIDGE, "desiredCount", "takes no desiredCount"),
    (
        {**_EC2, "schedulingStrategy": "DAEMON", "placementStrategy": [{"type": "random"}]},
        _BRIDGE,
        "placementStrategy",
        "takes no placementStrategy",
    ),
    (
        {"schedulingStrategy": "DAEMON", "desiredCount": REMOVED},
        {},
        "schedulingStrategy",
        "Fargate runs",
    ),
    (
        {
            **_EC2,
            "schedulingStrategy": "DAEMON",
            "desiredCount": REMOVED,
            "deploymentController": {"type": "EXTERNAL"},
        },
        _BRIDGE,
        "schedulingStrategy",
        'the controller "EXTERNAL"',
    ),
    (
        {**_EC2, "platformVersion": "LATEST"},
        _BRIDGE,
        "platformVersion",
        'only Fargate takes a platformVersion, and the launchType is "EC2"',
    ),
    (
        {
            **_EC2,
            "launchType": REMOVED,
            "platformVersion": "LATEST",
            "capacityProviderStrategy": [{"capacityProvider": "own", "weight": 1}],
        },
        _BRIDGE,
        "platformVersion",
        "no capacity provider is Fargate's",
    ),
    ({"desiredCount": -1}, {}, "desiredCount", "is below 0"),
    # ports
    ({}, {f"{_APP}.portMappings[0].hostPort": 80}, f"{_APP}.portMappings[0].hostPort", "must be"),
    (
        {},
        {f"{_APP}.portMappings[1]": {"containerPort": 70000}},
        f"{_APP}.portMappings[1].containerPort",
        "70000 is no port",
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
        {"enableExecuteCommand": True},
        {"taskRoleArn": REMOVED},
        "enableExecuteCommand",
        "ECS Exec needs a task role",
    ),
    ({"role": "ecsServiceRole"}, {}, "role", "takes no role"),
    (
        {**_EC2, "role": "r", "loadBalancers": [], "healthCheckGracePeriodSeconds": 0},
        _BRIDGE,
        "role",
        "a role is for a load balancer",
    ),
    # size
    ({**_EC2}, {**_BRIDGE, "memory": REMOVED}, _APP, "neither memory nor memoryReservation"),
    ({}, {f"{_APP}.memory": 1024}, f"{_APP}.memory", "more than the task's"),
    ({}, {f"{_APP}.memory": 0}, f"{_APP}.memory", "too little"),
    (
        {},
        {f"{_APP}.memory": 64, f"{_APP}.memoryReservation": 65},
        f"{_APP}.memoryReservation",
        "more",
    ),
    ({}, {f"{_APP}.cpu": 200, f"{_HELPER}.cpu": 100}, "cpu", "more cpu together"),
    ({}, {f"{_APP}.environment[0].value": "x" * 70_000}, "", "bytes long, and ECS takes 65536"),
    (
        {},
        {"containerDefinitions": [{"name": f"c{n}", "image": "x"} for n in range(11)]},
        "containerDefinitions",
        "there are 11 containers",
    ),
    # tags
    ({"tags": [{"key": "a"}, {"key": "a"}]}, {}, "tags[1].key", "is here twice"),
    ({}, {"tags": [{"key": "aws:x"}]}, "tags[0].key", "AWS's own"),
    ({}, {"tags": [{"key": str(n)} for n in range(51)]}, "tags", "there are 51 tags"),
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
    # deployment
    (
        {"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 100}},
        {},
        "deploymentConfiguration",
        "neither stop a task nor start one",
    ),
    (
        {
            "desiredCount": 2,
            "deploymentConfiguration": {"minimumHealthyPercent": 75, "maximumPercent": 125},
        },
        {},
        "deploymentConfiguration",
        "no deployment can proceed",
    ),
    (
        {"deploymentConfiguration": {"canaryConfiguration": {"canaryPercent": 5.0}}},
        {},
        "deploymentConfiguration.canaryConfiguration",
        "needs the strategy CANARY",
    ),
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


_PASSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a task definition of the same family", {"taskDefinition": "shop:3"}, {}),
    ("a grace period of nothing", {"loadBalancers": [], "healthCheckGracePeriodSeconds": 0}, {}),
    ("the container's own port on the host", {}, {f"{_APP}.portMappings[0].hostPort": 8080}),
    ("dynamic ports", {**_EC2}, {**_BRIDGE, f"{_APP}.portMappings[0].hostPort": 0}),
    ("another host port", {**_EC2}, {**_BRIDGE, f"{_APP}.portMappings[0].hostPort": 80}),
    ("links on a bridge", {**_EC2}, {**_BRIDGE, f"{_APP}.links": ["helper:h"]}),
    (
        "one port by two protocols",
        {},
        {f"{_HELPER}.portMappings": [{"containerPort": 8080, "protocol": "udp"}]},
    ),
    (
        "no public address on EC2",
        {
            "launchType": "EC2",
            "platformVersion": REMOVED,
            "networkConfiguration.awsvpcConfiguration.assignPublicIp": "DISABLED",
        },
        {"requiresCompatibilities": ["EC2", "FARGATE"]},
    ),
    (
        "two target groups",
        {
            "loadBalancers[1]": {
                "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:210987654321:b",
                "containerName": "app",
                "containerPort": 8080,
            }
        },
        {},
    ),
    (
        "a daemon without count",
        {**_EC2, "schedulingStrategy": "DAEMON", "desiredCount": REMOVED},
        _BRIDGE,
    ),
    (
        "a spot strategy alone",
        {
            "launchType": REMOVED,
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        },
        {},
    ),
    ("the ECS controller by name", {"deploymentController": {"type": "ECS"}}, {}),
    (
        "a service of no tasks",
        {
            "desiredCount": 0,
            "deploymentConfiguration": {"minimumHealthyPercent": 75, "maximumPercent": 125},
        },
        {},
    ),
    (
        "stop before start",
        {"deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 100}},
        {},
    ),
    (
        "dollars and braces for a shell",
        {},
        {
            f"{_APP}.command": [
                "sh",
                "-c",
                "echo $HOME {{x}} <b>hi</b> %A% $(date) | awk '{print $1}'",
            ],
            f"{_APP}.environment[0].value": "Hello {{name}}, <b>you</b> YOUR_CHOICE",
            f"{_APP}.dockerLabels": {"a": "{{.Name}}"},
        },
    ),
    (
        "a volume at launch",
        {"volumeConfigurations": [{"name": "v"}]},
        {"volumes": [{"name": "v", "configuredAtLaunch": True}], f"{_APP}.mountPoints": _MOUNT},
    ),
    (
        "alarms that are off",
        {
            "deploymentConfiguration": {
                "alarms": {"alarmNames": [], "enable": False, "rollback": False}
            }
        },
        {},
    ),
    (
        "a logger on Fargate",
        {},
        {
            f"{_APP}.logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "a",
                    "awslogs-region": "eu-west-1",
                    "awslogs-stream-prefix": "p",
                },
            }
        },
    ),
    ("a larger Fargate task", {}, {"cpu": "4 vCPU", "memory": "30 GB"}),
]


@pytest.mark.parametrize(("service", "task"), [c[1:] for c in _PASSED], ids=[c[0] for c in _PASSED])
def test_what_ecs_takes_is_sent_without_a_word(
    folder: Folder, service: dict[str, Any], task: dict[str, Any]
) -> None:
    assert folder.service(service).task(task).warnings() == []


_WARNED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"deploymentController": {"type": "CODE_DEPLOY"}}, {}, "only services of the ECS controller"),
    ({"desiredCount": REMOVED}, {}, "desiredCount is missing"),
    ({}, {f"{_APP}.environment[1]": {"name": "MODE", "value": "x"}}, "set twice in environment"),
    ({}, {"taskRoleArn": "arn:aws:iam::12345:role/x"}, "not 12 digits"),
    ({"cluster": "YOUR_CLUSTER"}, {}, "looks like a blank to fill in"),
    ({}, {f"{_APP}.environment[0].value": "<password>"}, "looks like a blank to fill in"),
    ({}, {"volumes": [_EFS]}, 'no container mounts the volume "v"'),
    ({**_EC2, "role": _LINKED_ROLE}, _BRIDGE, "service-linked role"),
]


@pytest.mark.parametrize(("service", "task", "words"), _WARNED)
def test_what_is_only_odd_is_sent_with_a_warning(
    folder: Folder, service: dict[str, Any], task: dict[str, Any], words: str
) -> None:
    (warning,) = folder.service(service).task(task).warnings()
    assert words in warning
