"""What breaks AWS's documented limits: service, task, place, and ECS's text."""

from __future__ import annotations

from typing import Any

from tests.definitions.folder import REMOVED

_APP = "containerDefinitions[0]"
_EC2 = {"launchType": "EC2", "platformVersion": REMOVED}
_ON_EC2 = {"requiresCompatibilities": ["EC2"]}
_NETWORK = "networkConfiguration.awsvpcConfiguration"
_CONNECT = {"enabled": True, "namespace": "shop"}
_REGISTRY = {"registryArn": "arn:aws:servicediscovery:eu-west-1:210987654321:service/srv-a"}
_AT_LAUNCH = {
    "volumes": [{"name": "data", "configuredAtLaunch": True}],
    f"{_APP}.mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
}


def ebs(**settings: Any) -> dict[str, Any]:
    """Return a service's change to a volume of EBS with these settings."""
    role = "arn:aws:iam::210987654321:role/ebs"
    volume = {"roleArn": role, **settings}
    return {"volumeConfigurations": [{"name": "data", "managedEBSVolume": volume}]}


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    (
        {"platformVersion": "latest"},
        {},
        "platformVersion",
        "The specified platform version does not exist.",
    ),
    (
        {f"{_NETWORK}.subnets": ["private-a"]},
        {},
        f"{_NETWORK}.subnets[0]",
        "The subnet ID 'private-a' does not exist",
    ),
    (
        {f"{_NETWORK}.securityGroups": ["sg-web"]},
        {},
        f"{_NETWORK}.securityGroups[0]",
        "The security group ID 'sg-web' does not exist",
    ),
    ({}, {f"{_APP}.hostname": "web"}, f"{_APP}.hostname", "Hostname is not supported"),
    (
        {},
        {f"{_APP}.linuxParameters": {"maxSwap": 64}},
        f"{_APP}.linuxParameters.maxSwap",
        "Tasks using the Fargate launch type do not support maxSwap.",
    ),
    (
        {},
        {f"{_APP}.startTimeout": 121},
        f"{_APP}.startTimeout",
        "startTimeout must be from 2 to 120 seconds",
    ),
    (
        {},
        {f"{_APP}.linuxParameters": {"capabilities": {"add": ["SYS_PTRACE", "NET_ADMIN"]}}},
        f"{_APP}.linuxParameters.capabilities.add[1]",
        "Fargate only supports adding the capability SYS_PTRACE.",
    ),
    (_EC2, {**_ON_EC2, "cpu": "64"}, "cpu", "use 128 to 196608 CPU units"),
    (
        {},
        {f"{_APP}.portMappings[0].name": "HTTP"},
        f"{_APP}.portMappings[0].name",
        "Invalid port name HTTP.",
    ),
    (
        {
            "serviceConnectConfiguration": {
                **_CONNECT,
                "services": [
                    {"portName": "http", "clientAliases": [{"port": 80}, {"port": 81}]},
                ],
            }
        },
        {},
        "serviceConnectConfiguration.services[0].clientAliases[1]",
        "A Service Connect service can have at most one client alias.",
    ),
    (
        {
            "serviceConnectConfiguration": {
                **_CONNECT,
                "accessLogConfiguration": {"format": "JSON"},
            }
        },
        {},
        "serviceConnectConfiguration.accessLogConfiguration",
        "accessLogConfiguration needs a logConfiguration.",
    ),
    (
        {**_EC2, "placementStrategy": [{"type": "binpack", "field": "instanceId"}]},
        _ON_EC2,
        "placementStrategy[0].field",
        "The field of the binpack placement strategy must be cpu or memory.",
    ),
    (
        {**_EC2, "placementConstraints": [{"type": "memberOf"}]},
        _ON_EC2,
        "placementConstraints[0].expression",
        "An expression is required for the memberOf constraint.",
    ),
    (
        {"serviceRegistries": [_REGISTRY, _REGISTRY]},
        {},
        "serviceRegistries[1]",
        "A service can have at most one service registry.",
    ),
    (
        {
            "launchType": REMOVED,
            "platformVersion": REMOVED,
            "capacityProviderStrategy": [
                {"capacityProvider": f"own-{number}", "weight": 1} for number in range(21)
            ],
        },
        _ON_EC2,
        "capacityProviderStrategy",
        "capacityProviderStrategy can have at most 20 items.",
    ),
    (
        ebs(volumeType="gp3"),
        _AT_LAUNCH,
        "volumeConfigurations[0].managedEBSVolume",
        "Either sizeInGiB or snapshotId must be specified",
    ),
    (
        ebs(sizeInGiB=20, volumeType="io2"),
        _AT_LAUNCH,
        "volumeConfigurations[0].managedEBSVolume.iops",
        "iops is required for the volume type io2.",
    ),
    (
        ebs(sizeInGiB=20, volumeType="st1"),
        _AT_LAUNCH,
        "volumeConfigurations[0].managedEBSVolume.sizeInGiB",
        "sizeInGiB must be from 125 to 16384 for the volume type st1.",
    ),
]
