"""What the rules let pass, and what they only warn of."""

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

_LINKED_ROLE = (
    "arn:aws:iam::210987654321:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
)
PASSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a task definition of the same family", {"taskDefinition": "shop:3"}, {}),
    ("a grace period of nothing", {"loadBalancers": [], "healthCheckGracePeriodSeconds": 0}, {}),
    (
        "a grace period for a container's health check",
        {"loadBalancers": []},
        {f"{_APP}.healthCheck": {"command": ["CMD", "true"]}},
    ),
    (
        "an old platform version's number on Windows",
        {"platformVersion": "1.0.0"},
        {
            "cpu": "1024",
            "memory": "2048",
            "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        },
    ),
    (
        "a long image whose digest makes it longer",
        {},
        {f"{_APP}.image": "a/" * 120 + f"a@sha256:{'a' * 64}"},
    ),
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
                "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:210987654321:"
                "targetgroup/b/0123456789abcdef",
                "containerName": "app",
                "containerPort": 8080,
            }
        },
        {},
    ),
    (
        "a target group of VPC Lattice",
        {
            "vpcLatticeConfigurations": [
                {
                    "roleArn": "arn:aws:iam::210987654321:role/lattice",
                    "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:210987654321:targetgroup/tg-1",
                    "portName": "http",
                }
            ]
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
    (
        "the least Windows task on Fargate",
        {"platformVersion": REMOVED},
        {
            "cpu": "1 vCPU",
            "memory": "2 GB",
            "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        },
    ),
    (
        "half a CPU for Windows on EC2",
        _EC2,
        {**_BRIDGE, "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}},
    ),
    (
        "a proxy and a place on EC2",
        {"launchType": "EC2", "platformVersion": REMOVED},
        {
            "requiresCompatibilities": ["EC2"],
            "placementConstraints": [{"type": "memberOf", "expression": "attribute:zone == a"}],
            "proxyConfiguration": {
                "type": "APPMESH",
                "containerName": "helper",
                "properties": [{"name": "AppPorts", "value": "8080"}],
            },
        },
    ),
    ("a larger Fargate task", {}, {"cpu": "4 vCPU", "memory": "30 GB"}),
]


@pytest.mark.parametrize(("service", "task"), [c[1:] for c in PASSED], ids=[c[0] for c in PASSED])
def test_what_ecs_takes_is_sent_without_a_word(
    folder: Folder, service: dict[str, Any], task: dict[str, Any]
) -> None:
    assert folder.service(service).task(task).warnings() == []


_WARNED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {
            "desiredCount": 2,
            "deploymentConfiguration": {"minimumHealthyPercent": 75, "maximumPercent": 125},
        },
        {},
        "no deployment can proceed",
    ),
    ({"loadBalancers": []}, {f"{_APP}.healthCheck": REMOVED}, "a grace period is unused"),
    ({"loadBalancers": REMOVED}, {f"{_APP}.healthCheck": REMOVED}, "a grace period is unused"),
    (
        {"deploymentController": {"type": "CODE_DEPLOY"}},
        {},
        "AWS CodeDeploy deploys such a service",
    ),
    ({"desiredCount": REMOVED}, {}, "desiredCount: is missing"),
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
