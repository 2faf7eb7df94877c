"""Whatever people and hosts do to a service, ECS keeps its bounds and settles in the end."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

from botocore.exceptions import ClientError

from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.operations import reads
from ecs_simulator.world import hosts, rolling_deployments
from tests.ecs_simulator.stages import break_image, hide, wait

_SEEDS = int(os.environ.get("SEEDS", "200")) // 5
_PAUSED = frozenset({"fargate-hooks", "fargate-pauses"})
"""Shapes whose deployments wait for someone, for up to 14 days."""

_STEPS = 12
_HOURS = 3
_REFUSALS = {"ClientException", "ConflictException", "InvalidParameterException"}


def _alive(stage: Stage) -> int:
    return sum(1 for t in stage.service.tasks if not t.stopping)


def _try(stage: Stage, operation: str, **params: object) -> None:
    """Make a call that may be refused, as people do."""
    try:
        stage.call(operation, **params)
    except ClientError as refused:
        if refused.response["Error"]["Code"] not in _REFUSALS:
            raise


def _update(stage: Stage, **params: object) -> None:
    _try(stage, "update_service", cluster=stage.cluster, service=stage.service_name, **params)


def _deploy(stage: Stage, _draw: random.Random) -> None:
    stage.call("register_task_definition", **stage.task_definition)
    _update(stage, taskDefinition=stage.task_definition["family"])


def _scale(stage: Stage, draw: random.Random) -> None:
    _update(stage, desiredCount=draw.randint(0, 6))


def _force(stage: Stage, _draw: random.Random) -> None:
    _update(stage, forceNewDeployment=True)


def _stop_deployment(stage: Stage, draw: random.Random) -> None:
    arn, how = stage.service.history[0].arn, draw.choice(["ROLLBACK", "ABORT"])
    _try(stage, "stop_service_deployment", serviceDeploymentArn=arn, stopType=how)


def _stop_task(stage: Stage, draw: random.Random) -> None:
    if stage.service.tasks:
        _try(stage, "stop_task", cluster=stage.cluster, task=draw.choice(stage.service.tasks).arn)


def _take_spot_back(stage: Stage, _draw: random.Random) -> None:
    for task in list(stage.service.tasks):
        if task.capacity_provider == "FARGATE_SPOT" and not task.stopping:
            hosts.interrupt(stage.world, task)


def _drain(stage: Stage, draw: random.Random) -> None:
    instances = stage.world.clusters[stage.cluster]
    if instances:
        state = draw.choice(["DRAINING", "ACTIVE"])
        hosts.set_state(stage.world, stage.cluster, draw.choice(instances), state)


def _lose(stage: Stage, draw: random.Random) -> None:
    instances = stage.world.clusters[stage.cluster]
    if len(instances) > 2:
        hosts.lose(stage.world, stage.cluster, draw.choice(instances))


def _protect(stage: Stage, _draw: random.Random) -> None:
    arns = [t.arn for t in stage.service.tasks[:2]]
    asked = {"cluster": stage.cluster, "tasks": arns, "expiresInMinutes": 5}
    if arns:
        _try(stage, "update_task_protection", protectionEnabled=True, **asked)


_ACTIONS: tuple[Callable[[Stage, random.Random], None], ...] = (
    _deploy,
    _deploy,
    _scale,
    _force,
    _stop_deployment,
    _stop_task,
    _take_spot_back,
    _drain,
    _lose,
    _protect,
)


def _read(stage: Stage) -> None:
    """Read all that is told of the service; nothing that is read may be broken."""
    _try(stage, "describe_services", cluster=stage.cluster, services=[stage.service_name])
    _try(stage, "list_tasks", cluster=stage.cluster, serviceName=stage.service_name)
    arns = [record.arn for record in stage.service.history][:20]
    stage.call("describe_service_deployments", serviceDeploymentArns=arns)


def _turmoil(stage: Stage, draw: random.Random) -> None:
    service = stage.service
    most = 0

    def watch() -> None:
        # What was there before the service was scaled in may be there still.
        assert service.shifts or _alive(stage) <= max(most, rolling_deployments.upper(service))

    stage.world.watchers.append(watch)
    for _ in range(_STEPS):
        most = max(most, _alive(stage), rolling_deployments.upper(service))
        draw.choice(_ACTIONS)(stage, draw)
        most = max(most, rolling_deployments.upper(service))
        wait(stage, draw.choice([1, 10, 60, 300]))
        _read(stage)


def test_a_service_settles_after_any_turmoil() -> None:
    for seed in range(_SEEDS):
        draw = random.Random(f"turmoil/{seed}")
        shape = draw.choice([s for s in SHAPES if s not in _PAUSED])
        stage = SHAPES[shape]().but(seed=seed).stage()
        if draw.random() < 0.3:
            reads.lag(stage.world)
        if draw.random() < 0.5:
            draw.choice([break_image, hide])(stage)
        _turmoil(stage, draw)
        stage.world.tasks.behaviors.clear()
        for instance in stage.world.clusters[stage.cluster]:
            hosts.set_state(stage.world, stage.cluster, instance, "ACTIVE")
        count = {} if stage.service.daemon else {"desiredCount": 2}
        _update(stage, forceNewDeployment=True, **count)
        wait(stage, _HOURS * 3600)
        service = stage.service
        found = (service.primary.rollout_state, _alive(stage), len(service.deployments))
        assert found == ("COMPLETED", service.desired, 1), f"seed {seed}: {shape}: {found}"
        assert stage.world.healthy_targets(service) == service.desired, f"seed {seed}: {shape}"
