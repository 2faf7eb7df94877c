"""The scenario: up, a good rollout, a broken one, and one that ECS itself must undo."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from tests.contract.endpoints import CLUSTER, SERVICE, Endpoint, State
from tests.contract.podman import IMAGE

STAYS = ("/bin/busybox", "sleep", "900")
STAYS_LONGER = ("/bin/busybox", "sleep", "901")
FAILS = ("/bin/busybox", "false")


@dataclasses.dataclass(frozen=True)
class Told:
    """What one run of cage said, and what it left.

    Attributes:
        steps: The steps of the story, in order. Whether a step is left for cleaning up depends on
            how soon a canary stops, so that one is left out.
        checks: The checks that passed.
        changed: Whether the service was changed, as cage says.
        reason: The outcome's one word, as `ContainerExited`; empty for a success.
    """

    exit_code: int
    outcome: str
    reason: str
    changed: bool
    steps: tuple[str, ...]
    checks: frozenset[str]
    left: State


@dataclasses.dataclass(frozen=True)
class Answers:
    """What the endpoint answered by itself, raw, at moments that matter.

    Attributes:
        service: After the good rollout.
        task: One of the service's, then.
        health: Of one target, then.
        revision: The task definition that the service runs then.
        canary: A canary task that ended, if it was seen.
        undone: The service after ECS's own rollback; None where no task can fail.
    """

    service: dict[str, Any]
    task: dict[str, Any]
    health: dict[str, Any]
    revision: dict[str, Any]
    canary: dict[str, Any]
    undone: dict[str, Any] | None


@dataclasses.dataclass(frozen=True)
class Run:
    """The whole scenario on one endpoint; what needs tasks that fail is None without them."""

    up: Told
    good: Told
    broken: Told | None
    answers: Answers


class Account:
    """A fresh account on an endpoint, with what the service's files name."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.endpoint = endpoint
        self.folder = folder
        endpoint.client("ecs").create_cluster(clusterName=CLUSTER)
        self.subnets = [subnet["SubnetId"] for subnet in endpoint.subnets()]
        self.group = endpoint.target_group() if endpoint.tasks_live else None

    def files(self, *command: str, tag: str = "good", shared: Path | None = None) -> str:
        """Write the definition files, with this command and image, and return their folder.

        Args:
            shared: A folder of the host that all tasks see as `/shared`; they run on EC2 then.
        """
        container: dict[str, Any] = {
            "name": SERVICE,
            "image": f"{IMAGE}:{tag}",
            "essential": True,
            "memory": 64,
            "command": list(command),
            "portMappings": [{"containerPort": 8080}],
        }
        task_definition: dict[str, Any] = {
            "family": SERVICE,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [container],
        }
        if shared is not None:
            container["mountPoints"] = [{"sourceVolume": "shared", "containerPath": "/shared"}]
            task_definition["volumes"] = [{"name": "shared", "host": {"sourcePath": str(shared)}}]
            task_definition["requiresCompatibilities"] = ["EC2"]
        service = self._service("FARGATE" if shared is None else "EC2")
        (self.folder / "service.json").write_text(json.dumps(service))
        (self.folder / "task-definition.json").write_text(json.dumps(task_definition))
        return str(self.folder)

    def _service(self, launch_type: str) -> dict[str, Any]:
        balancer = {"targetGroupArn": self.group, "containerName": SERVICE, "containerPort": 8080}
        return {
            "cluster": CLUSTER,
            "serviceName": SERVICE,
            "desiredCount": 2,
            "launchType": launch_type,
            "deploymentConfiguration": {
                "minimumHealthyPercent": 50,
                "maximumPercent": 200,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            },
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": self.subnets}},
            "loadBalancers": [balancer] if self.group else [],
        }

    def tell(self, verb: str, directory: str, *flags: str) -> Told:
        """Run cage, and look at what it said and left."""
        more = (*self.endpoint.flags, *flags) if verb == "rollout" else flags
        done = self.endpoint.cage(verb, directory, "--json", *more)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(events) > 1, done.stderr
        *_, last, ended = events
        assert last["event"] == "operation-finished", last
        assert ended["exit_code"] == done.returncode
        steps = [e["step"] for e in events if e["event"] == "step-started"]
        return Told(
            exit_code=done.returncode,
            outcome=last["outcome"]["kind"],
            reason=last["outcome"].get("reason", ""),
            changed=last["service_changed"],
            steps=tuple(s for s in steps if s != "clean-up"),
            checks=frozenset(e["check"] for e in events if e["event"] == "check-passed"),
            left=self.endpoint.state(),
        )

    def deploy_without_canary(self, *command: str) -> None:
        """Register a revision and update the service to it, as the aws CLI does."""
        ecs = self.endpoint.client("ecs")
        folder = Path(self.files(*command))
        definition = json.loads((folder / "task-definition.json").read_text())
        made = ecs.register_task_definition(**definition)
        arn = made["taskDefinition"]["taskDefinitionArn"]
        ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=arn)


def play(account: Account) -> Run:
    """Play the scenario in an account that is fresh."""
    endpoint = account.endpoint
    up = account.tell("up", account.files(*STAYS))
    good = account.tell("rollout", account.files(*STAYS_LONGER))
    answers = _answers(account)
    broken = None
    if endpoint.tasks_live:
        broken = account.tell("rollout", account.files(*FAILS))
        ended = [t for t in endpoint.tasks(stopped=True) if t.get("stopCode") != "UserInitiated"]
        answers = dataclasses.replace(answers, canary=ended[-1], undone=_undone(account))
    return Run(up, good, broken, answers)


def _answers(account: Account) -> Answers:
    endpoint = account.endpoint
    service = endpoint.service()
    health: dict[str, Any] = {}
    if account.group:
        answer = endpoint.client("elbv2").describe_target_health(TargetGroupArn=account.group)
        health = answer["TargetHealthDescriptions"][0]
    arn = service["taskDefinition"]
    described = endpoint.client("ecs").describe_task_definition(taskDefinition=arn)
    return Answers(
        service=service,
        task=next(t for t in endpoint.tasks() if t["taskDefinitionArn"] == arn),
        health=health,
        revision=described["taskDefinition"],
        canary={},
        undone=None,
    )


def _undone(account: Account) -> dict[str, Any]:
    account.deploy_without_canary(*FAILS)
    account.endpoint.state()
    return account.endpoint.service()
