"""The canary starts as the service's own tasks would, and what keeps it from that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage import events
from cage.outcome import Aborted, Promoted
from cage.simulator.incidents.making import is_next
from cage.simulator.shapes import SHAPES
from cage.simulator.world import ApiError
from tests.stories import Story, tell

if TYPE_CHECKING:
    from cage.simulator.stage import Stage
    from cage.simulator.world.things import SimTask


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

    story = tell("ec2-bridge", prepare=lambda stage: stage.world.tasks.behaviours.append(behave))
    assert isinstance(story.outcome, Promoted)
    (passed,) = [one for one in story.all(events.CheckPassed) if one.check == "address"]
    assert passed.took_s > 50
