"""Services drawn from seeds: how one is, and how its file wants it."""

from __future__ import annotations

import copy
import random
from typing import Any, TypeAlias

from cage.rehearsal.script import Script
from cage.rehearsal.shapes import SHAPES

Service: TypeAlias = dict[str, Any]

_ROLE = "arn:aws:iam::123456789012:role/web"
_NAMESPACE = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-shop"
_ABSENT: Any = None


def _breaker(enable: bool, **more: Any) -> Service:
    return {"deploymentCircuitBreaker": {"enable": enable, "rollback": enable, **more}}


def _network(*subnets: str, **more: Any) -> Service:
    return {"awsvpcConfiguration": {"subnets": list(subnets), "securityGroups": ["sg-1"], **more}}


def _tags(**tags: str) -> list[Service]:
    return [{"key": key, "value": value} for key, value in tags.items()]


_ALL: dict[str, list[Any]] = {
    "deploymentConfiguration": [
        _ABSENT,
        {},
        _breaker(enable=False),
        _breaker(enable=True),
        _breaker(enable=True, thresholdConfiguration={"type": "COUNT", "value": 5}),
        {**_breaker(enable=True, resetOnHealthyTask=False), "maximumPercent": 200},
        {"maximumPercent": 250, "minimumHealthyPercent": 50, **_breaker(enable=True)},
        {"alarms": {"alarmNames": ["calm"], "enable": True, "rollback": True}},
        {"alarms": {"alarmNames": ["calm"], "enable": False, "rollback": False}},
        {"strategy": "ROLLING", "bakeTimeInMinutes": 0},
    ],
    "healthCheckGracePeriodSeconds": [_ABSENT, 0, 45],
    "propagateTags": [_ABSENT, "NONE", "SERVICE", "TASK_DEFINITION"],
    "enableECSManagedTags": [_ABSENT, True, False],
    "enableExecuteCommand": [_ABSENT, True, False],
    "availabilityZoneRebalancing": ["ENABLED", "DISABLED"],
    "tags": [_ABSENT, [], _tags(team="web"), _tags(team="shop", tier=""), _tags(tier="front")],
    "monitoring": [
        _ABSENT,
        {"metricConfigurations": []},
        {"metricConfigurations": [{"metricNames": ["CPUUtilization"], "resolutionSeconds": 20}]},
    ],
    "serviceConnectConfiguration": [
        _ABSENT,
        {"enabled": False},
        {"enabled": True, "namespace": _NAMESPACE},
        {
            "enabled": True,
            "namespace": _NAMESPACE,
            "services": [{"portName": "web", "clientAliases": [{"port": 80}]}],
        },
    ],
}
_FARGATE: dict[str, list[Any]] = {
    "networkConfiguration": [
        _network("subnet-1"),
        _network("subnet-1", "subnet-2"),
        _network("subnet-2", "subnet-1", assignPublicIp="ENABLED"),
        _network("subnet-1", assignPublicIp="DISABLED"),
    ],
    "gatewayConnectors": [_ABSENT, [], [{"portName": "web"}]],
    "platformVersion": [_ABSENT, "LATEST", "1.4.0"],
    "serviceRegistries": [
        _ABSENT,
        [],
        [{"registryArn": "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"}],
    ],
}
_EC2: dict[str, list[Any]] = {
    "placementConstraints": [
        _ABSENT,
        [],
        [{"type": "distinctInstance"}],
    ],
    "placementStrategy": [
        _ABSENT,
        [],
        [{"type": "spread", "field": "attribute:ecs.availability-zone"}],
        [
            {"type": "spread", "field": "attribute:ecs.availability-zone"},
            {"type": "binpack", "field": "memory"},
        ],
    ],
}
_SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
_BOTH = [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}, *_SPOT]
_PLACED: list[Service] = [
    {"launchType": "FARGATE"},
    {"launchType": "FARGATE"},
    {"capacityProviderStrategy": _SPOT},
    {"capacityProviderStrategy": _BOTH},
]


class Drawn:
    """A service as it is live, and as its file wants it.

    Attributes:
        live: The script by which the service comes up.
        wanted: The same service's file later on.
    """

    def __init__(self, seed: int) -> None:
        chance = random.Random(f"settings/{seed}")
        shape = chance.choice(["fargate", "fargate-no-balancer", "ec2-bridge", "fargate"])
        script = SHAPES[shape]()
        task = copy.deepcopy(dict(script.task_definition))
        task["taskRoleArn"] = _ROLE
        for container in task["containerDefinitions"]:
            for mapping in container.get("portMappings") or []:
                mapping.update({"name": "web"} if mapping["containerPort"] == 8080 else {})
        self.fargate = shape != "ec2-bridge"
        options = {**_ALL, **(_FARGATE if self.fargate else _EC2)}
        sides = []
        for _ in range(2):
            service = {**script.service, "desiredCount": 1}
            service.update({key: chance.choice(values) for key, values in options.items()})
            if self.fargate:
                service.pop("launchType")
                service.update(chance.choice(_PLACED))
            if shape == "fargate" and chance.random() < 0.2:
                service["loadBalancers"] = []
            sides.append({key: value for key, value in service.items() if value is not _ABSENT})
        was, self.wanted = sides
        self.balancers = script.service.get("loadBalancers") or []
        self.breaks = chance.random() < 0.4
        self.live: Script = script.but(
            service_definition=was, task_definition=task, seed=seed, update_service=True
        )
