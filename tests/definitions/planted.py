"""Faults planted in good files: the change to each file, how bad it is, and where it is found."""

from __future__ import annotations

from typing import Any, NamedTuple

from .folder import REMOVED, SERVICE

_APP = "containerDefinitions[0]"
_ROLLING = "deploymentConfiguration"
_NETWORK = "networkConfiguration.awsvpcConfiguration"
_EC2 = {"launchType": "EC2", "platformVersion": REMOVED}
_ON_EC2 = {"requiresCompatibilities": ["EC2"]}
_DAEMON = {"schedulingStrategy": "DAEMON", "desiredCount": REMOVED, **_EC2}
_GROUP = SERVICE["loadBalancers"][0]["targetGroupArn"]
_ROLE = "arn:aws:iam::210987654321:role/shop"
_OTHER = {
    "alternateTargetGroupArn": _GROUP.replace("shop", "green"),
    "productionListenerRule": "arn:aws:elasticloadbalancing:eu-west-1:210987654321:"
    "listener-rule/app/shop/1/2/3",
    "roleArn": _ROLE,
}
_MOVED = {"loadBalancers[0].advancedConfiguration": _OTHER}
_LAMBDA = {
    "hookTargetArn": "arn:aws:lambda:eu-west-1:210987654321:function:smoke",
    "roleArn": _ROLE,
    "lifecycleStages": ["PRE_SCALE_UP"],
}
_EARLY = {"enable": True, "healthyPercent": 100, "sourceServiceRevisionCleanup": "BLOCKING"}
_VOLUME = {
    "volumes": [{"name": "data", "configuredAtLaunch": True}],
    f"{_APP}.mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
}
_CONNECT: dict[str, Any] = {"enabled": True, "namespace": "shop"}
_WINDOWS = {
    "cpu": "1024",
    "memory": "2048",
    "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
}


class Fault(NamedTuple):
    """A fault.

    Attributes:
        severity: `error`, `warning`, or empty if nothing may be found.
        path: Where in its file it is found.
        service: Changes to the service.
        task: Changes to the task definition.
    """

    severity: str
    path: str
    service: dict[str, Any]
    task: dict[str, Any]


def _without(given: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != key}


def _ebs(**settings: Any) -> dict[str, Any]:
    volume = {"roleArn": _ROLE, **settings}
    return {"volumeConfigurations": [{"name": "data", "managedEBSVolume": volume}]}


def _at(path: str, value: Any, severity: str = "error") -> Fault:
    """Return a fault in the task definition that is found where it is."""
    return Fault(severity, path, {}, {path: value})


def _in_service(path: str, value: Any, severity: str = "error") -> Fault:
    """Return a fault in the service that is found where it is."""
    return Fault(severity, path, {path: value}, {})


_HOOKS = f"{_ROLLING}.lifecycleHooks"
_EBS = "volumeConfigurations[0].managedEBSVolume"

FAULTS: tuple[Fault, ...] = (
    # accepted by AWS
    Fault("", "", {"loadBalancers": REMOVED}, {}),
    _at(f"{_APP}.image", "a" * 188 + "@sha256:" + "0" * 64, ""),
    _at(f"{_APP}.linuxParameters", {"capabilities": {"add": ["SYS_PTRACE"]}}, ""),
    _at(f"{_APP}.portMappings[0].hostPort", 0, ""),
    Fault("", "", _ebs(sizeInGiB=20), _VOLUME),
    Fault("", "", _ebs(snapshotId="snap-1", volumeType="io2", iops=100), _VOLUME),
    Fault("", "", {"platformVersion": "1.0.0"}, _WINDOWS),
    _in_service("tags", [{"key": "team é", "value": "a_b.c:/d=+-@"}], ""),
    _at(f"{_APP}.environmentFiles", [{"type": "s3", "value": "arn:aws:s3:::b/c/d.env"}], ""),
    # likely wrong
    _at(f"{_APP}.portMappings[0].protocol", "TCP", "warning"),
    Fault(
        "warning",
        _ROLLING,
        {"desiredCount": 1, _ROLLING: {"minimumHealthyPercent": 50, "maximumPercent": 150}},
        {},
    ),
    _at("executionRoleArn", "ECS_TASK_EXECUTION_ROLE_ARN", "warning"),
    Fault(
        "warning",
        "volumes[0].efsVolumeConfiguration.fileSystemId",
        {},
        {
            "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "FILESYSTEM_ID"}}],
            f"{_APP}.mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}],
        },
    ),
    Fault("warning", "launchType", {"launchType": REMOVED}, {}),
    _at(f"{_APP}.environment[0].value", "{{ .Env.MODE }}", "warning"),
    # platform and network
    *(_in_service("platformVersion", one) for one in ("1.0.0", "1.3.0", "9.9.9", "latest")),
    *(
        Fault("error", f"{_NETWORK}.subnets[0]", {f"{_NETWORK}.subnets": [one]}, {})
        for one in ("FIXME", "your-public-subnet-id", "subnet-yyyyyyyyy", "YOUR_SUBNET")
    ),
    Fault(
        "error",
        f"{_NETWORK}.securityGroups[0]",
        {f"{_NETWORK}.securityGroups": ["sg-words"]},
        {},
    ),
    _at(f"{_APP}.hostname", "web"),
    Fault(
        "error",
        f"{_APP}.extraHosts",
        _EC2,
        {**_ON_EC2, f"{_APP}.extraHosts": [{"hostname": "a", "ipAddress": "10.0.0.1"}]},
    ),
    # Fargate
    *(
        _at(f"{_APP}.linuxParameters.{key}", 60)
        for key in ("sharedMemorySize", "maxSwap", "swappiness")
    ),
    *(
        _at(f"{_APP}.{key}", value)
        for key, value in (
            ("disableNetworking", True),
            ("dnsServers", ["10.0.0.1"]),
            ("dnsSearchDomains", ["a.example"]),
            ("startTimeout", 121),
        )
    ),
    Fault(
        "error",
        f"{_APP}.linuxParameters.capabilities.add[0]",
        {},
        {f"{_APP}.linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}},
    ),
    Fault("error", "launchType", {}, _ON_EC2),
    Fault(
        "error",
        "trustedExecutionConfiguration",
        {},
        {
            "trustedExecutionConfiguration": {"isolationMode": "ISOLATED_SANDBOX"},
        },
    ),
    Fault("error", "pidMode", {"platformVersion": REMOVED}, {**_WINDOWS, "pidMode": "task"}),
    # where tasks are placed
    Fault(
        "error",
        "loadBalancers",
        {"launchType": "EXTERNAL", "platformVersion": REMOVED, "networkConfiguration": REMOVED},
        {"requiresCompatibilities": ["EXTERNAL"], "networkMode": "bridge"},
    ),
    Fault(
        "error",
        "loadBalancers",
        {
            "loadBalancers": REMOVED,
            "deploymentController": {"type": "CODE_DEPLOY"},
        },
        {},
    ),
    Fault(
        "error",
        "serviceRegistries[1]",
        {
            "serviceRegistries": [
                {"registryArn": f"arn:aws:servicediscovery:eu-west-1:210987654321:service/srv-{n}"}
                for n in "ab"
            ]
        },
        {},
    ),
    *(
        Fault("error", path, {**_EC2, key: value}, _ON_EC2)
        for path, key, value in (
            (
                "placementStrategy",
                "placementStrategy",
                [{"type": "spread", "field": "instanceId"}] * 6,
            ),
            (
                "placementStrategy[0].field",
                "placementStrategy",
                [{"type": "binpack", "field": "instanceId"}],
            ),
            (
                "placementStrategy[0].field",
                "placementStrategy",
                [{"type": "spread", "field": "zone"}],
            ),
            (
                "placementConstraints[0].expression",
                "placementConstraints",
                [{"type": "distinctInstance", "expression": "a == b"}],
            ),
            (
                "placementConstraints[0].expression",
                "placementConstraints",
                [{"type": "memberOf"}],
            ),
        )
    ),
    # volumes
    Fault("error", _EBS, {**_DAEMON, **_ebs(sizeInGiB=20)}, {**_ON_EC2, **_VOLUME}),
    Fault("error", _EBS, _ebs(), _VOLUME),
    *(
        Fault("error", f"{_EBS}.{key}", _ebs(**settings), _VOLUME)
        for key, settings in (
            ("iops", {"sizeInGiB": 20, "volumeType": "io2"}),
            ("iops", {"sizeInGiB": 20, "volumeType": "gp3", "iops": 100}),
            ("iops", {"sizeInGiB": 200, "volumeType": "st1", "iops": 100}),
            ("sizeInGiB", {"sizeInGiB": 20, "volumeType": "sc1"}),
            ("throughput", {"sizeInGiB": 20, "volumeType": "gp2", "throughput": 200}),
            ("volumeType", {"sizeInGiB": 20, "volumeType": "gp4"}),
            ("volumeType", {"sizeInGiB": 20, "volumeType": "standard"}),
            ("volumeInitializationRate", {"sizeInGiB": 20, "volumeInitializationRate": 100}),
        )
    ),
    # deployments
    Fault(
        "error",
        "schedulingStrategy",
        {**_DAEMON, "availabilityZoneRebalancing": "ENABLED"},
        _ON_EC2,
    ),
    Fault("error", "loadBalancers[0]", {f"{_ROLLING}.strategy": "BLUE_GREEN"}, {}),
    Fault(
        "error",
        "loadBalancers[0]",
        {
            f"{_ROLLING}.strategy": "BLUE_GREEN",
            "loadBalancers[0].advancedConfiguration": _without(_OTHER, "roleArn"),
        },
        {},
    ),
    Fault(
        "error",
        f"{_ROLLING}.linearConfiguration.stepPercent",
        {**_MOVED, _ROLLING: {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 1.0}}},
        {},
    ),
    Fault(
        "error",
        f"{_ROLLING}.canaryConfiguration.canaryPercent",
        {**_MOVED, _ROLLING: {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.0}}},
        {},
    ),
    Fault(
        "error",
        f"{_HOOKS}[0].hookTargetArn",
        {_HOOKS: [_without(_LAMBDA, "hookTargetArn")]},
        {},
    ),
    Fault(
        "error",
        f"{_HOOKS}[0].lifecycleStages",
        {_HOOKS: [_without(_LAMBDA, "lifecycleStages")]},
        {},
    ),
    Fault(
        "error",
        f"{_ROLLING}.earlySuccessCriteria.healthyPercent",
        {f"{_ROLLING}.earlySuccessCriteria": {**_EARLY, "healthyPercent": 40}},
        {},
    ),
    # containers
    Fault("error", "cpu", _EC2, {**_ON_EC2, "cpu": "64"}),
    _at(f"{_APP}.image", "a@sha256:" + "0" * 63),
    *(
        Fault(
            "error",
            f"{_APP}.environmentFiles[0].value",
            {},
            {f"{_APP}.environmentFiles": [{"type": "s3", "value": one}]},
        )
        for one in ("arn:aws:s3:::b/a.txt", "s3://b/a.env")
    ),
    *(_at(f"{_APP}.portMappings[0].name", one) for one in ("HTTP", "-web", "a.b")),
    _at(f"{_APP}.environment[0].value", "a\0b"),
    _at(f"{_APP}.environment[0].value", "{{ or (env `A`) `B` }}"),
    Fault(
        "error",
        f"{_APP}.restartPolicy.restartAttemptPeriod",
        {},
        {f"{_APP}.restartPolicy": {"enabled": True, "restartAttemptPeriod": 5}},
    ),
    # Service Connect
    Fault(
        "error",
        "serviceConnectConfiguration.services[0].clientAliases[1]",
        {
            "serviceConnectConfiguration": {
                **_CONNECT,
                "services": [{"portName": "http", "clientAliases": [{"port": 80}, {"port": 81}]}],
            }
        },
        {},
    ),
    Fault(
        "error",
        "serviceConnectConfiguration.services[0].discoveryName",
        {
            "serviceConnectConfiguration": {
                **_CONNECT,
                "services": [{"portName": "http", "discoveryName": "Shop"}],
            }
        },
        {},
    ),
    Fault(
        "error",
        "serviceConnectConfiguration.accessLogConfiguration",
        {
            "serviceConnectConfiguration": {
                **_CONNECT,
                "accessLogConfiguration": {"format": "JSON"},
            }
        },
        {},
    ),
    # texts
    *(
        Fault("error", f"tags[0].{part}", {}, {"tags": [{"key": key, "value": value}]})
        for part, key, value in (
            ("key", "a*b", "x"),
            ("key", "a" * 129, "x"),
            ("value", "a", "x" * 257),
            ("value", "a", "x;y"),
        )
    ),
)
