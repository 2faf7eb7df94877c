"""Shapes of services to rehearse rollouts on: where tasks run, and who checks them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cage.checks.approve import ApproveSettings
from cage.checks.requested.command import CommandSettings
from cage.checks.requested.http import HttpSettings
from cage.checks.requested.logs import LogsSettings
from cage.checks.requested.metrics import MetricSettings
from cage.checks.requests import Requested
from cage.model.telemetry import Metric
from cage.options.timeouts import Timeouts
from cage.rehearsal.script import Script

INSTANCE = "i-0123456789abcdef0"

_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/{0}/{0}123"
_LATTICE_GROUP = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0123456789abcdef{}"
_RULE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/main/1/2/3"
_LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/main/1/{}"
_LATTICE_SERVICE = "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0123456789abcdef0"
_ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1b2c3"  # noqa: S105  its name
_ROLE = "arn:aws:iam::123456789012:role/app/web-execution"
_NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}


def _service(**differences: Any) -> dict[str, Any]:
    breaker = {"enable": True, "rollback": True}
    return {
        "cluster": "main",
        "serviceName": "web",
        "desiredCount": 3,
        "deploymentConfiguration": {"deploymentCircuitBreaker": breaker},
        **differences,
    }


def _balancer(name: str = "web", port: int = 8080) -> dict[str, Any]:
    return {
        "targetGroupArn": _GROUP.format(name),
        "containerName": "web",
        "containerPort": port,
    }


def _lattice(number: int = 0, port: str = "web") -> dict[str, Any]:
    return {
        "targetGroupArn": _LATTICE_GROUP.format(number),
        "portName": port,
        "roleArn": "arn:aws:iam::123456789012:role/ecs-lattice",
    }


def _shifting(
    strategy: str, rule: str = _RULE, test: str = "", **configuration: Any
) -> dict[str, Any]:
    advanced = {
        "alternateTargetGroupArn": _GROUP.format("green"),
        "productionListenerRule": rule,
        **({"testListenerRule": test} if test else {}),
        "roleArn": "arn:aws:iam::123456789012:role/ecs",
    }
    breaker = {"enable": True, "rollback": True}
    return _fargate(
        loadBalancers=[{**_balancer(), "advancedConfiguration": advanced}],
        deploymentConfiguration={
            "strategy": strategy,
            "bakeTimeInMinutes": 2,
            "deploymentCircuitBreaker": breaker,
            **configuration,
        },
    )


def _connected(**differences: Any) -> dict[str, Any]:
    """Return a service that others reach by Service Connect, Cloud Map and a gateway."""
    rule = {"header": {"name": "X-Test", "value": {"exact": "yes"}}}
    alias = {"port": 8080, "dnsName": "web", "testTrafficRules": rule}
    connect = {
        "enabled": True,
        "namespace": "internal",
        "services": [{"portName": "web", "clientAliases": [alias]}],
    }
    registry = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-0123456789abcdef"
    return _fargate(
        serviceConnectConfiguration=connect,
        serviceRegistries=[{"registryArn": registry}],
        gatewayConnectors=[{"portName": "admin"}],
        **differences,
    )


def _lattice_canary() -> dict[str, Any]:
    """Return a service whose deployments move the traffic of VPC Lattice."""
    rules = f"{_LATTICE_SERVICE}/listener/listener-0123456789abcdef0/rule/rule-0123456789abcdef"
    advanced = {
        "alternateTargetGroupArn": _LATTICE_GROUP.format(1),
        "productionListenerRule": f"{rules}0",
        "testListenerRule": f"{rules}1",
    }
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1}
    return _fargate(
        vpcLatticeConfigurations=[{**_lattice(), "advancedConfiguration": advanced}],
        deploymentConfiguration={
            "strategy": "CANARY",
            "bakeTimeInMinutes": 2,
            "canaryConfiguration": canary,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        },
    )


def _named(task: dict[str, Any]) -> dict[str, Any]:
    """Give the ports of the task's application names."""
    for mapping, name in zip(
        task["containerDefinitions"][1]["portMappings"], ("web", "admin"), strict=True
    ):
        mapping["name"] = name
    return task


def _task(mode: str, *, checked: bool = False, host_port: int | None = None) -> dict[str, Any]:
    container: dict[str, Any] = {
        "name": "web",
        "image": "registry.test/web:1",
        "cpu": 128,
        "memory": 256,
        "portMappings": [{"containerPort": 8080}, {"containerPort": 9090}],
    }
    if host_port is not None:
        container["portMappings"][0]["hostPort"] = host_port
    if checked:
        container["healthCheck"] = {"command": ["CMD", "true"], "interval": 10, "retries": 3}
    sidecar = {"name": "log", "image": "registry.test/log:1", "memory": 64, "essential": False}
    return {
        "family": "web",
        "networkMode": mode,
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [sidecar, container],
    }


def _sized(task: dict[str, Any], needed: str) -> dict[str, Any]:
    """Return a task that needs an instance of its own."""
    size = {"cpu": "2048", "memory": "8192"} if needed != "EC2" else {"cpu": "4096"}
    return {**task, **size, "requiresCompatibilities": [needed]}


def _fargate(**differences: Any) -> dict[str, Any]:
    return _service(
        launchType="FARGATE",
        platformVersion="1.4.0",
        networkConfiguration=_NETWORK,
        **differences,
    )


def _daemon() -> dict[str, Any]:
    service = _service(
        launchType="EC2",
        schedulingStrategy="DAEMON",
        loadBalancers=[_balancer()],
        deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100},
    )
    del service["desiredCount"]
    return service


def _quick(service: dict[str, Any], task: dict[str, Any], **differences: Any) -> Script:
    settings = {"deregistration_delay_s": 30.0, "interval_s": 10.0}
    settings |= differences.pop("group_settings", {})
    return Script.of(service, task, group_settings=settings, **differences)


def _logging(task: dict[str, Any]) -> dict[str, Any]:
    options = {
        "awslogs-group": "/ecs/web",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "web",
    }
    logging = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
    containers = [{**container, **logging} for container in task["containerDefinitions"]]
    return {**task, "containerDefinitions": containers}


def everything() -> Requested:
    """Return one check of every kind, and two metrics: one of the service, one of the canary."""
    service = {"ClusterName": "{cluster}", "ServiceName": "{service}"}
    return Requested(
        http=(HttpSettings("/ready"),),
        commands=(CommandSettings(("./smoke.sh", "--fast"), timeout_s=120.0),),
        logs=(
            LogsSettings(
                must=(re.compile(r"listening on port \d+"),),
                must_not=(re.compile(r"\b(ERROR|panic)\b"),),
                timeout_s=60.0,
            ),
        ),
        metrics=(
            MetricSettings(
                "<",
                1.0,
                expression="100 * errors / requests",
                metrics={
                    "errors": Metric("Web", "Errors", service, "Sum"),
                    "requests": Metric("Web", "Requests", service, "Sum"),
                },
            ),
            MetricSettings(
                "<=",
                80.0,
                metrics={"cpu": Metric("Web", "CpuUtilized", {"TaskId": "{task_id}"}, "p90")},
            ),
        ),
        alarms=("web-5xx", "web-latency"),
    )


def _function(*stages: str) -> dict[str, Any]:
    return {
        "hookTargetArn": "arn:aws:lambda:us-east-1:123456789012:function:smoke",
        "roleArn": "arn:aws:iam::123456789012:role/hooks",
        "lifecycleStages": list(stages),
    }


def _pause(*stages: str, action: str = "ROLLBACK") -> dict[str, Any]:
    timeout = {"timeoutInMinutes": 60, "action": action}
    return {
        "targetType": "PAUSE",
        "lifecycleStages": list(stages),
        "timeoutConfiguration": timeout,
    }


def _strategy(*providers: str) -> list[dict[str, Any]]:
    return [{"capacityProvider": provider, "weight": 1} for provider in providers]


def _furnished() -> dict[str, Any]:
    """Return a task definition with resources that preflight checks can look up."""
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    secrets = [
        {
            "name": "DB",
            "valueFrom": _SECRET,
        },
        {"name": "KEY", "valueFrom": "/web/key"},
    ]
    task = _task("awsvpc")
    for container in task["containerDefinitions"]:
        container["image"] = container["image"].replace("registry.test", _ECR)
        container["logConfiguration"] = {"logDriver": "awslogs", "options": options}
    task["containerDefinitions"][1]["secrets"] = secrets
    task["executionRoleArn"] = _ROLE
    return task


SHAPES: dict[str, Callable[[], Script]] = {
    "fargate": lambda: _quick(_fargate(loadBalancers=[_balancer()]), _task("awsvpc")),
    "fargate-furnished": lambda: _quick(_fargate(loadBalancers=[_balancer()]), _furnished()),
    "fargate-checked": lambda: _quick(
        _fargate(loadBalancers=[_balancer()]), _task("awsvpc", checked=True)
    ),
    "fargate-asked": lambda: _quick(
        _fargate(loadBalancers=[_balancer()]),
        _logging(_task("awsvpc")),
        checks=everything(),
        timeouts=Timeouts(bake_s=60.0, bake_after_s=120.0),
    ),
    "fargate-approve": lambda: _quick(
        _fargate(loadBalancers=[_balancer()]),
        _task("awsvpc"),
        checks=Requested(alarms=("web-5xx",), approve=ApproveSettings(timeout_s=300.0)),
    ),
    "fargate-two-groups": lambda: _quick(
        _fargate(loadBalancers=[_balancer(), _balancer("admin", 9090)]), _task("awsvpc")
    ),
    "fargate-ipv6": lambda: _quick(
        _fargate(loadBalancers=[_balancer()]),
        _task("awsvpc"),
        group_settings={"address_family": "ipv6"},
    ),
    "fargate-lattice": lambda: _quick(
        _fargate(vpcLatticeConfigurations=[_lattice()]), _named(_task("awsvpc"))
    ),
    "fargate-balancer-and-lattice": lambda: _quick(
        _fargate(loadBalancers=[_balancer()], vpcLatticeConfigurations=[_lattice(0, "admin")]),
        _named(_task("awsvpc")),
    ),
    "fargate-connect": lambda: _quick(_connected(), _named(_task("awsvpc"))),
    "fargate-connect-blue-green": lambda: _quick(
        _connected(deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 2}),
        _named(_task("awsvpc")),
    ),
    "fargate-no-balancer": lambda: _quick(_fargate(), _task("awsvpc")),
    "fargate-tight": lambda: _quick(
        _fargate(
            loadBalancers=[_balancer()],
            deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100},
        ),
        _task("awsvpc"),
    ),
    "fargate-spot": lambda: _quick(
        _service(
            capacityProviderStrategy=_strategy("FARGATE_SPOT", "FARGATE"),
            networkConfiguration=_NETWORK,
            loadBalancers=[_balancer()],
        ),
        _task("awsvpc"),
    ),
    "ec2-bridge": lambda: _quick(
        _service(launchType="EC2", loadBalancers=[_balancer()]),
        _task("bridge", host_port=0),
        canary_instance=INSTANCE,
    ),
    "ec2-host": lambda: _quick(
        _service(
            launchType="EC2",
            desiredCount=1,
            loadBalancers=[_balancer()],
            deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100},
        ),
        _task("host"),
        canary_instance=INSTANCE,
    ),
    "ec2-awsvpc": lambda: _quick(
        _service(launchType="EC2", networkConfiguration=_NETWORK, loadBalancers=[_balancer()]),
        _task("awsvpc", checked=True),
        canary_instance=INSTANCE,
    ),
    "ec2-auto": lambda: _quick(
        _service(launchType="EC2", loadBalancers=[_balancer()]),
        _task("bridge", host_port=0),
        canary_instance="auto",
    ),
    "ec2-provider": lambda: _quick(
        _service(capacityProviderStrategy=_strategy("my-instances"), loadBalancers=[_balancer()]),
        _task("bridge", host_port=0),
        scaling={"status": "DISABLED"},
    ),
    "ec2-scaled": lambda: _quick(
        _service(capacityProviderStrategy=_strategy("my-instances"), loadBalancers=[_balancer()]),
        _sized(_task("bridge", host_port=0), "EC2"),
        scaling={"instanceWarmupPeriod": 60},
    ),
    "managed-instances": lambda: _quick(
        _service(
            capacityProviderStrategy=_strategy("managed"),
            networkConfiguration=_NETWORK,
            loadBalancers=[_balancer()],
        ),
        _sized(_task("awsvpc"), "MANAGED_INSTANCES"),
    ),
    "ec2-daemon": lambda: _quick(_daemon(), _task("bridge", host_port=0), canary_instance="auto"),
    "fargate-blue-green": lambda: _quick(_shifting("BLUE_GREEN"), _task("awsvpc")),
    "fargate-linear": lambda: _quick(
        _shifting("LINEAR", linearConfiguration={"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}),
        _task("awsvpc"),
    ),
    "fargate-canary": lambda: _quick(
        _shifting(
            "CANARY", canaryConfiguration={"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1}
        ),
        _task("awsvpc"),
    ),
    "fargate-hooks": lambda: _quick(
        _shifting(
            "BLUE_GREEN",
            lifecycleHooks=[
                _function("PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"),
                _pause("POST_TEST_TRAFFIC_SHIFT"),
            ],
        ),
        _task("awsvpc"),
    ),
    "fargate-pauses": lambda: _quick(
        _shifting(
            "LINEAR",
            linearConfiguration={"stepPercent": 50.0, "stepBakeTimeInMinutes": 1},
            lifecycleHooks=[
                _pause("POST_SCALE_UP", action="CONTINUE"),
                _pause("POST_SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT", action="CONTINUE"),
            ],
        ),
        _task("awsvpc"),
    ),
    "fargate-rolling-hooks": lambda: _quick(
        _fargate(
            loadBalancers=[_balancer()],
            deploymentConfiguration={
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "lifecycleHooks": [_pause("PRE_SCALE_UP"), _function("POST_SCALE_UP")],
            },
        ),
        _task("awsvpc"),
    ),
    "fargate-early-success": lambda: _quick(
        _fargate(
            loadBalancers=[_balancer()],
            desiredCount=4,
            deploymentConfiguration={
                "minimumHealthyPercent": 50,
                "maximumPercent": 200,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "earlySuccessCriteria": {
                    "enable": True,
                    "healthyPercent": 50,
                    "sourceServiceRevisionCleanup": "DEFERRED",
                },
            },
        ),
        _task("awsvpc"),
    ),
    "fargate-network-blue-green": lambda: _quick(
        _shifting("BLUE_GREEN", _LISTENER.format(1), _LISTENER.format(2)), _task("awsvpc")
    ),
    "fargate-lattice-canary": lambda: _quick(_lattice_canary(), _named(_task("awsvpc"))),
    "scaled-to-zero": lambda: _quick(
        _fargate(loadBalancers=[_balancer()], desiredCount=0), _task("awsvpc")
    ),
}
"""Service shapes by name. Each call creates a script of its own."""
