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
from cage.rehearsal.shape_files import (
    LISTENER,
    NETWORK,
    balancer,
    connected,
    daemon,
    fargate,
    function,
    furnished,
    lattice,
    lattice_canary,
    logging,
    named,
    pause,
    service,
    shifting,
    sized,
    strategy,
    task,
)

INSTANCE = "i-0123456789abcdef0"


def _quick(service: dict[str, Any], task: dict[str, Any], **differences: Any) -> Script:
    settings = {"deregistration_delay_s": 30.0, "interval_s": 10.0}
    settings |= differences.pop("group_settings", {})
    return Script.of(service, task, group_settings=settings, **differences)


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


SHAPES: dict[str, Callable[[], Script]] = {
    "fargate": lambda: _quick(fargate(loadBalancers=[balancer()]), task("awsvpc")),
    "fargate-furnished": lambda: _quick(fargate(loadBalancers=[balancer()]), furnished()),
    "fargate-checked": lambda: _quick(
        fargate(loadBalancers=[balancer()]), task("awsvpc", checked=True)
    ),
    "fargate-asked": lambda: _quick(
        fargate(loadBalancers=[balancer()]),
        logging(task("awsvpc")),
        checks=everything(),
        timeouts=Timeouts(bake_s=60.0, bake_after_s=120.0),
    ),
    "fargate-approve": lambda: _quick(
        fargate(loadBalancers=[balancer()]),
        task("awsvpc"),
        checks=Requested(alarms=("web-5xx",), approve=ApproveSettings(timeout_s=300.0)),
    ),
    "fargate-two-groups": lambda: _quick(
        fargate(loadBalancers=[balancer(), balancer("admin", 9090)]), task("awsvpc")
    ),
    "fargate-ipv6": lambda: _quick(
        fargate(loadBalancers=[balancer()]),
        task("awsvpc"),
        group_settings={"address_family": "ipv6"},
    ),
    "fargate-lattice": lambda: _quick(
        fargate(vpcLatticeConfigurations=[lattice()]), named(task("awsvpc"))
    ),
    "fargate-balancer-and-lattice": lambda: _quick(
        fargate(loadBalancers=[balancer()], vpcLatticeConfigurations=[lattice(0, "admin")]),
        named(task("awsvpc")),
    ),
    "fargate-connect": lambda: _quick(connected(), named(task("awsvpc"))),
    "fargate-connect-blue-green": lambda: _quick(
        connected(deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 2}),
        named(task("awsvpc")),
    ),
    "fargate-no-balancer": lambda: _quick(fargate(), task("awsvpc")),
    "fargate-tight": lambda: _quick(
        fargate(
            loadBalancers=[balancer()],
            deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100},
        ),
        task("awsvpc"),
    ),
    "fargate-spot": lambda: _quick(
        service(
            capacityProviderStrategy=strategy("FARGATE_SPOT", "FARGATE"),
            networkConfiguration=NETWORK,
            loadBalancers=[balancer()],
        ),
        task("awsvpc"),
    ),
    "ec2-bridge": lambda: _quick(
        service(launchType="EC2", loadBalancers=[balancer()]),
        task("bridge", host_port=0),
        canary_instance=INSTANCE,
    ),
    "ec2-host": lambda: _quick(
        service(
            launchType="EC2",
            desiredCount=1,
            loadBalancers=[balancer()],
            deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100},
        ),
        task("host"),
        canary_instance=INSTANCE,
        allow_second_copy=True,
    ),
    "ec2-awsvpc": lambda: _quick(
        service(launchType="EC2", networkConfiguration=NETWORK, loadBalancers=[balancer()]),
        task("awsvpc", checked=True),
        canary_instance=INSTANCE,
    ),
    "ec2-auto": lambda: _quick(
        service(launchType="EC2", loadBalancers=[balancer()]),
        task("bridge", host_port=0),
        canary_instance="auto",
    ),
    "ec2-provider": lambda: _quick(
        service(capacityProviderStrategy=strategy("my-instances"), loadBalancers=[balancer()]),
        task("bridge", host_port=0),
        scaling={"status": "DISABLED"},
    ),
    "ec2-scaled": lambda: _quick(
        service(capacityProviderStrategy=strategy("my-instances"), loadBalancers=[balancer()]),
        sized(task("bridge", host_port=0), "EC2"),
        scaling={"instanceWarmupPeriod": 60},
    ),
    "managed-instances": lambda: _quick(
        service(
            capacityProviderStrategy=strategy("managed"),
            networkConfiguration=NETWORK,
            loadBalancers=[balancer()],
        ),
        sized(task("awsvpc"), "MANAGED_INSTANCES"),
    ),
    "ec2-daemon": lambda: _quick(daemon(), task("bridge", host_port=0), canary_instance="auto"),
    "fargate-blue-green": lambda: _quick(shifting("BLUE_GREEN"), task("awsvpc")),
    "fargate-linear": lambda: _quick(
        shifting("LINEAR", linearConfiguration={"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}),
        task("awsvpc"),
    ),
    "fargate-canary": lambda: _quick(
        shifting(
            "CANARY", canaryConfiguration={"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1}
        ),
        task("awsvpc"),
    ),
    "fargate-hooks": lambda: _quick(
        shifting(
            "BLUE_GREEN",
            lifecycleHooks=[
                function("PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"),
                pause("POST_TEST_TRAFFIC_SHIFT"),
            ],
        ),
        task("awsvpc"),
    ),
    "fargate-pauses": lambda: _quick(
        shifting(
            "LINEAR",
            linearConfiguration={"stepPercent": 50.0, "stepBakeTimeInMinutes": 1},
            lifecycleHooks=[
                pause("POST_SCALE_UP", action="CONTINUE"),
                pause("POST_SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT", action="CONTINUE"),
            ],
        ),
        task("awsvpc"),
    ),
    "fargate-rolling-hooks": lambda: _quick(
        fargate(
            loadBalancers=[balancer()],
            deploymentConfiguration={
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "lifecycleHooks": [pause("PRE_SCALE_UP"), function("POST_SCALE_UP")],
            },
        ),
        task("awsvpc"),
    ),
    "fargate-early-success": lambda: _quick(
        fargate(
            loadBalancers=[balancer()],
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
        task("awsvpc"),
    ),
    "fargate-network-blue-green": lambda: _quick(
        shifting("BLUE_GREEN", LISTENER.format(1), LISTENER.format(2)), task("awsvpc")
    ),
    "fargate-lattice-canary": lambda: _quick(lattice_canary(), named(task("awsvpc"))),
    "scaled-to-zero": lambda: _quick(
        fargate(loadBalancers=[balancer()], desiredCount=0), task("awsvpc")
    ),
}
"""Service shapes by name. Each call creates a script of its own."""
