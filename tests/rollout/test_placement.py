"""The canary starts as the service's own tasks would, and what keeps it from that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.script import roll_out
from cage.rehearsal.shapes import SHAPES
from ecs_simulator import loop
from ecs_simulator.world import ApiError
from tests.stories import Story, tell

if TYPE_CHECKING:
    from cage.model.base import Shape
    from cage.model.outcome import Outcome
    from cage.rehearsal.script import Script
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask


def _starts(shape: str, **differences: Any) -> tuple[Story, dict[str, dict[str, Any]]]:
    """Tell a story; return it with the inputs that started the canary, by operation."""
    started: dict[str, dict[str, Any]] = {}

    def gate(operation: str, params: dict[str, Any]) -> None:
        if operation in {"RunTask", "StartTask"}:
            started[operation] = dict(params)

    story = tell(shape, prepare=lambda stage: stage.world.gates.append(gate), **differences)
    return story, started


@pytest.mark.parametrize(
    ("shape", "operation", "version"),
    [
        ("fargate", "RunTask", "1.4.0"),
        ("ec2-auto", "RunTask", None),
        ("ec2-provider", "RunTask", None),
        ("ec2-bridge", "StartTask", None),
    ],
)
def test_only_fargate_is_asked_for_a_platform_version(
    shape: str, operation: str, version: str | None
) -> None:
    _, started = _starts(shape)
    assert set(started) == {operation}
    assert started[operation].get("platformVersion") == version


@pytest.mark.parametrize(("shape", "network"), [("ec2-awsvpc", True), ("ec2-bridge", False)])
def test_the_network_mode_decides_whether_a_network_is_named(shape: str, *, network: bool) -> None:
    _, started = _starts(shape)
    assert ("networkConfiguration" in started["StartTask"]) is network


def test_a_host_port_that_is_taken_is_told_with_the_instance() -> None:
    def prepare(stage: Stage) -> None:
        for instance in stage.world.clusters[stage.cluster]:
            instance.ports |= {8080, 9090}

    story = tell("ec2-host", prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert "RESOURCE:PORTS" in story.outcome.reason + story.outcome.message
    assert "container-instance/" in story.outcome.message
    assert "hostPort 0" in story.outcome.remedy
    assert not {"RegisterTargets", "UpdateService"} & set(story.act.calls)


def test_a_second_registration_that_fails_leaves_no_target_behind() -> None:
    group = SHAPES["fargate-two-groups"]().service["loadBalancers"][1]["targetGroupArn"]

    def gate(operation: str, params: dict[str, Any]) -> None:
        if operation == "RegisterTargets" and params["TargetGroupArn"] == group:
            raise ApiError("TooManyTargets", "the target group is full")

    story = tell("fargate-two-groups", prepare=lambda stage: stage.world.gates.append(gate))
    assert isinstance(story.outcome, Aborted)
    assert "the target group is full" in story.outcome.message
    registered = {one.target_group_arn for one in story.all(events.CanaryRegistered)}
    assert len(registered) == 1
    assert registered <= {one.target_group_arn for one in story.all(events.CanaryDeregistered)}
    assert "UpdateService" not in story.act.calls


def test_a_controller_that_is_named_is_the_one_that_is_not() -> None:
    def prepare(stage: Stage) -> None:
        stage.service.raw["deploymentController"] = {"type": "ECS"}

    named, unnamed = tell(prepare=prepare), tell()
    assert isinstance(named.outcome, Promoted)
    assert isinstance(unnamed.outcome, Promoted)
    assert named.act.calls == unnamed.act.calls


def test_a_host_port_that_ecs_shows_late_is_waited_for() -> None:
    def behave(task: SimTask) -> None:
        if is_next(task):
            task.plan.binding_s = 60.0

    story = tell("ec2-bridge", prepare=lambda stage: stage.world.tasks.behaviors.append(behave))
    assert isinstance(story.outcome, Promoted)
    (passed,) = [one for one in story.all(events.CheckPassed) if one.check == "address"]
    assert passed.took_s > 50


def test_a_dynamic_port_beside_a_fixed_health_check_port_is_told_with_both() -> None:
    def prepare(stage: Stage) -> None:
        (group,) = stage.world.groups.groups.values()
        group.health_check_port = 80

    story = tell("ec2-bridge", prepare=prepare, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "Target.Timeout" in story.outcome.message
    assert "uses port 80, but the task has port 3" in story.outcome.remedy
    assert "Set the health check's port to traffic-port" in story.outcome.remedy
    assert "UpdateService" not in story.act.calls


def _rolls(live: Script, next_one: Shape) -> tuple[Outcome, dict[str, dict[str, Any]]]:
    """Roll another task definition out to a service that is up; see what started the canary."""
    started: dict[str, dict[str, Any]] = {}

    def gate(operation: str, params: dict[str, Any]) -> None:
        if operation in {"RunTask", "StartTask"} and params.get("startedBy"):
            started[operation] = dict(params)

    stage = live.stage()
    stage.world.gates.append(gate)
    script = live.but(task_definition=next_one, verify=False)
    result = loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    return result.outcome, started


def _without_balancer(script: Script) -> Script:
    service = {key: item for key, item in script.service.items() if key != "loadBalancers"}
    return script.but(service_definition=service)


def test_the_next_revisions_network_mode_decides_and_not_the_services() -> None:
    awsvpc, bridge = SHAPES["ec2-awsvpc"](), SHAPES["ec2-bridge"]()
    assert "networkConfiguration" in awsvpc.service
    outcome, started = _rolls(_without_balancer(awsvpc), bridge.task_definition)
    assert isinstance(outcome, Promoted)
    assert "networkConfiguration" not in started["StartTask"]


def test_a_network_mode_that_the_target_group_cant_take_is_refused_with_both() -> None:
    awsvpc, bridge = SHAPES["ec2-awsvpc"](), SHAPES["ec2-bridge"]()
    outcome, started = _rolls(awsvpc, bridge.task_definition)
    assert isinstance(outcome, Aborted)
    assert "accepts targets of type ip. A task with network mode bridge" in outcome.message
    assert started == {}


def test_a_service_without_a_network_starts_no_canary_of_the_mode_awsvpc() -> None:
    awsvpc, bridge = SHAPES["ec2-awsvpc"](), SHAPES["ec2-bridge"]()
    outcome, _ = _rolls(_without_balancer(bridge), awsvpc.task_definition)
    assert isinstance(outcome, Aborted)
    assert "Network Configuration must be provided when networkMode 'awsvpc'" in outcome.message


def test_the_canary_starts_on_an_instance_that_is_named_by_its_managed_id() -> None:
    story = tell("ec2-bridge", canary_instance="mi-0123456789abcdef0")
    assert isinstance(story.outcome, Promoted)
    tasks = story.act.stage.world.tasks.all.values()
    (canary,) = [task for task in tasks if task.group == "cage:canary-task:web"]
    assert canary.instance is not None
    assert canary.instance.ec2_id == "mi-0123456789abcdef0"
