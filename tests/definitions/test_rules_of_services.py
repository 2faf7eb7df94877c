"""Rules of services and of Fargate: what is refused, with its path."""

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
_MOUNT = [{"sourceVolume": "v", "containerPath": "/v"}]

# service, task definition, path, words
_REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    # agreement
    ({"taskDefinition": "other:3"}, {}, "taskDefinition", "belongs to another family"),
    (
        {"taskDefinition": "arn:aws:ecs:eu-west-1:210987654321:task-definition/x:3"},
        {},
        "taskDefinition",
        'the task definition\'s "shop"',
    ),
    # Fargate
    ({}, {"cpu": REMOVED}, "cpu", "Fargate needs it"),
    (
        {},
        {"memory": REMOVED, f"{_APP}.memory": 64, f"{_HELPER}.memory": 64},
        "memory",
        "Fargate needs",
    ),
    ({}, {"cpu": "300"}, "cpu", 'Fargate has no cpu of "300"'),
    ({}, {"cpu": "64 vCPU"}, "cpu", 'Fargate has no cpu of "64 vCPU"'),
    ({}, {"cpu": "32 vCPU", "memory": "64 GB"}, "memory", "Use 61440, 122880, 249856"),
    ({}, {"memory": "4096"}, "memory", "Use 512, 1024, 2048"),
    ({}, {"cpu": "8 vCPU", "memory": "18 GB"}, "memory", "in steps of 4096"),
    (
        {},
        {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}},
        "cpu",
        'no cpu of "256" for Windows. Use 1024, 2048, 4096',
    ),
    (
        {},
        {
            "cpu": "8 vCPU",
            "memory": "16 GB",
            "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2019_FULL"},
        },
        "cpu",
        'no cpu of "8 vCPU" for Windows',
    ),
    (
        {},
        {
            "cpu": "1 vCPU",
            "memory": "1 GB",
            "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        },
        "memory",
        'no memory of "1 GB" with a cpu of "1 vCPU"',
    ),
    ({}, {"cpu": "much"}, "cpu", "is not an amount of cpu"),
    (
        {"networkConfiguration": REMOVED},
        {"networkMode": REMOVED},
        "networkMode",
        "awsvpc, not bridge",
    ),
    ({}, {"ipcMode": "task"}, "ipcMode", "doesn't accept ipcMode"),
    ({}, {"pidMode": "host"}, "pidMode", 'Use "task"'),
    (
        {},
        {"ephemeralStorage": {"sizeInGiB": 500}},
        "ephemeralStorage.sizeInGiB",
        "no ephemeral storage",
    ),
    ({}, {f"{_APP}.privileged": True}, f"{_APP}.privileged", "run privileged containers"),
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
        "expose devices",
    ),
    (
        {},
        {"volumes": [{"name": "v", "host": {"sourcePath": "/x"}}], f"{_APP}.mountPoints": _MOUNT},
        "volumes[0].host.sourcePath",
        "mount paths of its host",
    ),
    (
        {},
        {
            "volumes": [{"name": "v", "dockerVolumeConfiguration": {}}],
            f"{_APP}.mountPoints": _MOUNT,
        },
        "volumes[0].dockerVolumeConfiguration",
        "accept Docker volumes",
    ),
    ({}, {"requiresCompatibilities": ["EC2"]}, "launchType", "requiresCompatibilities"),
    (
        {"placementConstraints": [{"type": "distinctInstance"}]},
        {},
        "placementConstraints",
        "doesn't accept",
    ),
    ({"placementStrategy": [{"type": "random"}]}, {}, "placementStrategy", "doesn't accept"),
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
        "targetGroupArn is missing",
    ),
    (
        {"loadBalancers[0].targetGroupArn": REMOVED, "loadBalancers[0].loadBalancerName": "old"},
        {},
        "loadBalancers[0].loadBalancerName",
        "accept tasks with the networkMode awsvpc",
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
    ({"healthCheckGracePeriodSeconds": -5}, {}, "healthCheckGracePeriodSeconds", "-5 is below 0"),
    ({"platformVersion": "1.2.0"}, {}, "platformVersion", "1.2.0 was retired in 2020"),
    ({"platformVersion": "1.3.0"}, {}, "platformVersion", "1.3.0 was retired in 2026"),
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
    ({**_EC2, "schedulingStrategy": "DAEMON"}, _BRIDGE, "desiredCount", "accept desiredCount"),
    (
        {**_EC2, "schedulingStrategy": "DAEMON", "placementStrategy": [{"type": "random"}]},
        _BRIDGE,
        "placementStrategy",
        "accept placementStrategy",
    ),
    (
        {"schedulingStrategy": "DAEMON", "desiredCount": REMOVED},
        {},
        "schedulingStrategy",
        "Fargate doesn't run",
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
        'only Fargate accepts a platformVersion, and the launchType is "EC2"',
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
    (
        {"networkConfiguration.awsvpcConfiguration.securityGroups": ["sg-1"] * 6},
        {},
        "networkConfiguration.awsvpcConfiguration.securityGroups",
        "found 6; ECS accepts at most 5",
    ),
    # deployment
    (
        {"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 100}},
        {},
        "deploymentConfiguration",
        "can't stop a task or start one",
    ),
    (
        {"deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 50}},
        {},
        "deploymentConfiguration",
        "no deployment can complete",
    ),
    (
        {"deploymentConfiguration": {"minimumHealthyPercent": 150, "maximumPercent": 140}},
        {},
        "deploymentConfiguration.minimumHealthyPercent",
        "150 is above maximumPercent, 140",
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
