"""The simulated ECS keeps ECS's habits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import xmltodict  # type: ignore[import-untyped]  # moto brings it
from botocore.exceptions import ClientError
from moto.core.serialize import SERIALIZERS, QuerySerializer

from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.script import with_cage, with_update_service
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.api import _operation, _Xml, serialize
from ecs_simulator.operations import OPERATIONS
from ecs_simulator.world import detection, hosts
from tests.stories import tell


def _whole(value: Any) -> Any:
    """Round times to seconds: moto cuts milliseconds, where the quick one rounds them."""
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return round(value, 1) if isinstance(value, float) else value


def _up(shape: str = "fargate", **differences: Any) -> Stage:
    script = SHAPES[shape]()
    service = {**script.service, **differences}
    stage = Stage(service, script.task_definition, group_settings=script.group_settings)
    stage.bring_up()
    return stage


def test_a_seed_replays_to_the_same_trace() -> None:
    first, second = (tell("fargate", "throttling", seed=7) for _ in range(2))
    assert first.act.stage.world.engine.trace == second.act.stage.world.engine.trace
    assert first.events == second.events


def test_a_seed_replays_whatever_ecs_does_in_it() -> None:
    def once() -> object:
        stage = SHAPES["fargate-canary"]().stage()
        stage.call("register_task_definition", **stage.task_definition)
        stage.call("update_service", cluster="main", service="web", taskDefinition="web:2")
        stage.world.run_until(stage.world.now + 90)
        hosts.lose_zone(stage.world, stage.service.tasks[0].zone)
        arn = stage.service.history[0].arn
        stage.call("stop_service_deployment", serviceDeploymentArn=arn)
        stage.world.run_until(stage.world.now + 600)
        return stage.world.engine.trace, stage.service.events, arn

    assert once() == once()


def test_another_seed_gives_another_trace() -> None:
    first, second = (tell("fargate", seed=seed) for seed in (1, 2))
    assert first.act.stage.world.engine.trace != second.act.stage.world.engine.trace


@pytest.mark.parametrize(
    ("desired", "value", "wanted"), [(1, None, 3), (10, None, 5), (1000, None, 200), (10, 80, 8)]
)
def test_the_circuit_breakers_threshold(desired: int, value: int | None, wanted: int) -> None:
    breaker: dict[str, Any] = {"enable": True, "rollback": False}
    if value is not None:
        breaker["thresholdConfiguration"] = {"type": "BOUNDED_PERCENT", "value": value}
    stage = _up(deploymentConfiguration={"deploymentCircuitBreaker": breaker}, desiredCount=0)
    stage.service.desired = desired
    assert detection.threshold(stage.service) == wanted


def test_percents_that_deadlock_never_complete() -> None:
    stage = _up(
        desiredCount=3,
        deploymentConfiguration={"minimumHealthyPercent": 100, "maximumPercent": 125},
    )
    stage.call("register_task_definition", **stage.task_definition)
    stage.call("update_service", cluster="main", service="web", taskDefinition="web:2")
    stage.world.run_until(stage.world.now + 3600)
    assert stage.service.primary.rollout_state == "IN_PROGRESS"
    assert stage.service.count("RUNNING", deployment_id=stage.service.primary.id) == 0


def test_a_deployment_waits_until_the_old_tasks_have_drained() -> None:
    script = SHAPES["fargate"]()
    act = with_update_service(script)
    assert act.took_s > 30 + script.group_settings["deregistration_delay_s"]


def test_a_new_task_is_missing_for_a_while() -> None:
    missing = 0
    for seed in range(5):
        stage = tell("fargate", seed=seed).act.stage
        task = next(iter(stage.world.tasks.all.values()))
        missing += task.plan.visible_s > 0.1
    assert missing


def test_calls_past_the_quota_are_throttled() -> None:
    stage = _up()

    def ask() -> None:
        stage.call("describe_services", cluster="main", services=["web"])

    for _ in range(100):
        ask()
    with pytest.raises(ClientError, match="Rate exceeded"):
        ask()
    stage.world.run_until(stage.world.now + 1)
    ask()


@pytest.mark.parametrize(
    ("operation", "key", "most"),
    [("describe_services", "services", 10), ("describe_tasks", "tasks", 100)],
)
def test_batch_limits_are_enforced(operation: str, key: str, most: int) -> None:
    stage = _up()
    with pytest.raises(ClientError, match=f"at most {most}"):
        stage.call(operation, cluster="main", **{key: ["x"] * (most + 1)})


def test_a_crash_loop_opens_the_circuit_breaker_and_ecs_rolls_back() -> None:
    act = with_update_service(SHAPES["fargate"](), CATALOG["essential-exit"])
    service = act.stage.service
    assert service.primary.revision.number == 1
    assert service.primary.rollout_state == "COMPLETED"
    failed = [d for d in service.deployments if d.rollout_state == "FAILED"]
    assert not failed or failed[0].revision.number == 2
    assert any("deployment failed" in e["message"] for e in service.events)


def test_the_quick_serialiser_writes_what_motos_writes() -> None:
    act = with_cage(SHAPES["fargate-checked"]())
    world = act.stage.world
    tasks = list(world.tasks.all)
    asked: dict[str, dict[str, Any]] = {
        "DescribeServices": {"cluster": "main", "services": ["web"]},
        "DescribeTasks": {"cluster": "main", "tasks": tasks, "include": ["TAGS"]},
        "DescribeTaskDefinition": {"taskDefinition": "web:2"},
        "ListTasks": {"cluster": "main"},
    }
    for name, params in asked.items():
        model = _operation("ecs", name)
        result = OPERATIONS["ecs"][name](world, params)
        theirs = json.loads(SERIALIZERS["json"](model).serialize(result)["body"])
        assert _whole(json.loads(serialize(model, result))) == _whole(theirs), name


class _Moto(_Xml):
    """Serialises as ours does, but writes the document as moto does."""

    def _serialize_body(self, body: Mapping[str, Any]) -> str:
        return str(QuerySerializer._serialize_body(self, dict(body)))


def test_the_quick_writer_of_xml_writes_what_motos_writes() -> None:
    world = with_cage(SHAPES["fargate-two-groups"]()).stage.world
    arn, *_ = world.groups.groups
    world.groups.groups[arn].name = "<a> & 'b' \"c\""
    asked: dict[str, dict[str, Any]] = {
        "DescribeTargetGroups": {},
        "DescribeTargetGroupAttributes": {"TargetGroupArn": arn},
        "DescribeTargetHealth": {"TargetGroupArn": arn},
        "RegisterTargets": {"TargetGroupArn": arn, "Targets": [{"Id": "10.0.0.9", "Port": 80}]},
    }
    for name, params in asked.items():
        model = _operation("elbv2", name)
        result = OPERATIONS["elbv2"][name](world, params)
        theirs = str(_Moto(model).serialize(result)["body"])
        assert xmltodict.parse(serialize(model, result)) == xmltodict.parse(theirs), name
