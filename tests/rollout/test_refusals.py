"""What can't be rolled out is refused before anything is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.model.errors import UsageError
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.world import ApiError, deployments
from tests.stories import Story, tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage


def _aborted(story: Story) -> Aborted:
    assert isinstance(story.outcome, Aborted)
    for call in ("RegisterTaskDefinition", "RunTask", "StartTask", "UpdateService"):
        assert call not in story.act.calls
    return story.outcome


@pytest.mark.parametrize("controller", ["CODE_DEPLOY", "EXTERNAL"])
def test_a_foreign_deployment_controller(controller: str) -> None:
    def prepare(stage: Stage) -> None:
        stage.service.raw["deploymentController"] = {"type": controller}

    assert controller in _aborted(tell(prepare=prepare)).message


@pytest.mark.parametrize("status", ["DRAINING", "INACTIVE"])
def test_a_service_that_is_not_active(status: str) -> None:
    def prepare(stage: Stage) -> None:
        stage.service.status = status

    assert status in _aborted(tell(prepare=prepare)).message


def test_a_strategy_that_nobody_knows_yet() -> None:
    def prepare(stage: Stage) -> None:
        stage.service.raw["deploymentConfiguration"]["strategy"] = "QUANTUM"

    assert "QUANTUM" in _aborted(tell(prepare=prepare)).message


def test_somebody_elses_deployment_in_progress() -> None:
    def prepare(stage: Stage) -> None:
        deployments.begin(stage.world.engine, stage.service, stage.service.primary.revision)

    assert "someone else" in _aborted(tell(prepare=prepare)).message


def test_a_service_that_is_not_there() -> None:
    def prepare(stage: Stage) -> None:
        stage.world.services[stage.cluster, "other"] = stage.world.services.pop(
            (stage.cluster, "web")
        )
        stage.service_name = "web"
        stage.world.services[stage.cluster, "web"] = stage.world.services[stage.cluster, "other"]

        def gate(operation: str, params: dict[str, Any]) -> None:
            if operation == "DescribeServices":
                params["services"] = ["missing"]

        stage.world.gates.append(gate)

    outcome = _aborted(tell(prepare=prepare))
    assert "Service web not found in cluster main." in outcome.message
    assert "us-east-1" in outcome.message


def test_an_ec2_service_without_an_instance_says_how_to_name_one() -> None:
    story = tell("ec2-bridge", canary_instance=None)
    assert isinstance(story.act.error, UsageError)
    assert "auto" in story.act.error.next_step
    assert "RegisterTaskDefinition" not in story.act.calls


def test_an_instance_that_the_cluster_does_not_have() -> None:
    def prepare(stage: Stage) -> None:
        stage.world.clusters[stage.cluster].pop()

    assert (
        "Container instance i-0123456789abcdef0 not found"
        in _aborted(tell("ec2-bridge", prepare=prepare)).message
    )


def test_a_container_that_the_load_balancer_does_not_find() -> None:
    task = dict(SHAPES["fargate"]().task_definition)
    story = tell("fargate")
    assert isinstance(story.outcome, Promoted)
    renamed = {**task["containerDefinitions"][1], "name": "app"}
    next_task = {**task, "containerDefinitions": [renamed]}

    def gate(operation: str, params: dict[str, Any]) -> None:
        if operation == "RegisterTaskDefinition":
            params.update(next_task)

    story = tell("fargate", prepare=lambda stage: stage.world.gates.append(gate))
    assert isinstance(story.outcome, Aborted)
    assert "no container web" in story.outcome.message
    assert "app" in story.outcome.message
    assert "RunTask" not in story.act.calls


@pytest.mark.parametrize(
    ("operation", "code", "text"),
    [
        ("RegisterTaskDefinition", "AccessDeniedException", "not authorized: iam:PassRole"),
        ("DescribeServices", "ExpiredTokenException", "The security token is expired"),
        ("DescribeServices", "InvalidSignatureException", "Signature expired"),
        ("RunTask", "InvalidParameterException", "No subnets"),
    ],
)
def test_a_definite_no_of_aws_is_told_and_not_repeated(
    operation: str, code: str, text: str
) -> None:
    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == operation:
            raise ApiError(code, text)

    story = tell("fargate", prepare=lambda stage: stage.world.gates.append(gate))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == code
    assert text in story.outcome.message
    assert story.act.calls.count(operation) == 1


def test_a_bug_of_cages_own_still_cleans_up_and_tells_the_truth() -> None:
    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "RegisterTargets":
            raise ZeroDivisionError("a bug")

    story = tell(
        "fargate",
        prepare=lambda stage: stage.world.gates.append(gate),
        but=("cage_does_not_break",),
    )
    assert isinstance(story.outcome, Aborted)
    assert "a bug" in story.outcome.message
    assert "--debug" in story.outcome.remedy
