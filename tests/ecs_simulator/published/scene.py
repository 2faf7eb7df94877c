"""A service in a world of its own, made by plain API calls without a client."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

from ecs_simulator.operations import OPERATIONS
from ecs_simulator.world import World
from ecs_simulator.world.task_entities import SimTargetGroup

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecs_simulator.world.service_entities import SimService
    from ecs_simulator.world.task_entities import SimTask
    from tests.ecs_simulator.published.data import Situation

_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef"
_ALTERNATE = _GROUP.replace("/web/", "/green/")
_RULE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/web/1/2/3"
_ROLE = "arn:aws:iam::123456789012:role/ecs"
_BREAKER = {
    "": {"enable": False, "rollback": False},
    "stop": {"enable": True, "rollback": False},
    "rollback": {"enable": True, "rollback": True},
}
_STEADY_WITHIN_S = 7200.0


class Scene:
    """A situation in a world of its own."""

    def __init__(self, situation: Situation, seed: int) -> None:
        self.situation = situation
        self.world = World(seed)
        self.chance = random.Random(f"traces/{seed}")
        self.world.add_cluster("main")
        if situation.launch == "EC2":
            for _ in range(3):
                self.world.add_instance("main")
        if situation.balanced:
            self._add_group("web", _GROUP)
        if situation.strategy:
            self._add_group("green", _ALTERNATE)
        if situation.deaf:
            self.behave(_ignore_sigterm)

    def _add_group(self, name: str, arn: str) -> None:
        now = self.situation
        self.world.add_target_group(
            SimTargetGroup(
                arn=arn,
                name=name,
                target_type="ip" if now.launch == "FARGATE" else "instance",
                protocol=now.protocol,
                interval_s=now.interval_s,
                healthy_threshold=now.healthy_threshold,
                unhealthy_threshold=now.unhealthy_threshold,
                deregistration_delay_s=now.delay_s,
            )
        )

    @property
    def service(self) -> SimService:
        """The service."""
        return self.world.services["main", "web"]

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call ECS."""
        return OPERATIONS["ecs"][operation](self.world, params)

    def register(self) -> str:
        """Register the next revision of the task definition, and return its name."""
        fargate = self.situation.launch == "FARGATE"
        container: dict[str, Any] = {
            "name": "web",
            "image": "web:1",
            "memory": 256,
            "essential": True,
            "portMappings": [{"containerPort": 80, "protocol": "tcp"}],
        }
        if self.situation.container_check:
            command = ["CMD-SHELL", "true"]
            container["healthCheck"] = {"command": command, **dict(self.situation.container_check)}
        made = self.call(
            "RegisterTaskDefinition",
            family="web",
            containerDefinitions=[container],
            **(_FARGATE if fargate else {"networkMode": "bridge"}),
        )["taskDefinition"]
        return f"web:{made['revision']}"

    def create(self, **differences: Any) -> None:
        """Create the service."""
        now = self.situation
        params: dict[str, Any] = {
            "cluster": "main",
            "serviceName": "web",
            "taskDefinition": self.register(),
            "launchType": now.launch,
            "desiredCount": now.desired,
            "deploymentConfiguration": {
                "minimumHealthyPercent": now.minimum,
                "maximumPercent": now.maximum,
                "deploymentCircuitBreaker": _BREAKER[now.breaker],
            },
        }
        if now.launch == "FARGATE":
            params["networkConfiguration"] = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
        if now.balanced:
            balancer: dict[str, Any] = {
                "targetGroupArn": _GROUP,
                "containerName": "web",
                "containerPort": 80,
            }
            params["loadBalancers"] = [balancer]
            if now.strategy:
                balancer["advancedConfiguration"] = {
                    "alternateTargetGroupArn": _ALTERNATE,
                    "productionListenerRule": _RULE,
                    "roleArn": _ROLE,
                }
                params["deploymentConfiguration"]["strategy"] = now.strategy
                self.world.listeners.furnish(params)
            params["healthCheckGracePeriodSeconds"] = int(now.grace_s)
        self.call("CreateService", **params | differences)

    def update(self, **params: Any) -> None:
        """Update the service."""
        self.call("UpdateService", cluster="main", service="web", **params)

    def bring_up(self, **differences: Any) -> None:
        """Create the service, and wait until it has been steady for a while."""
        self.create(**differences)
        self.wait_for(lambda: self.service.steady, _STEADY_WITHIN_S)
        self.wait(self.chance.uniform(0.0, 60.0))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.run_until(self.world.now + seconds)

    def wait_for(self, so: Callable[[], bool], at_most_s: float) -> None:
        """Let time pass until it is so, or for that long."""
        until_s = self.world.now + at_most_s
        while not so() and self.world.now < until_s:
            self.wait(1.0)

    def said(self, words: str) -> bool:
        """Whether one of the service's newest events has these words."""
        return any(words in event["message"] for event in itertools.islice(self.service.events, 5))

    def running(self) -> SimTask:
        """Return a task of the service that runs."""
        return next(t for t in self.service.tasks if t.last_status == "RUNNING" and not t.stopping)

    def behave(self, change: Callable[[SimTask], None], *, newer_than: int = 0) -> None:
        """Let the tasks of later revisions behave otherwise."""

        def apply(task: SimTask) -> None:
            if task.revision.number > newer_than:
                change(task)

        self.world.tasks.behaviors.append(apply)


_FARGATE = {
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
}


def _ignore_sigterm(task: SimTask) -> None:
    task.plan.sigterm_s = 3600.0
