"""Given a service whose deployments move traffic: BLUE_GREEN, LINEAR, CANARY."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Aborted, Promoted, RolledBack, Superseded, Unproven
from cage.options.timeouts import Timeouts
from cage.rehearsal.script import roll_out
from cage.rehearsal.shapes import SHAPES
from ecs_simulator import loop
from ecs_simulator.world import deployment_stops, deployments
from tests.stories import tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage

_SHIFTING = ("fargate-blue-green", "fargate-linear", "fargate-canary")


@pytest.mark.parametrize("shape", _SHIFTING)
def test_a_good_revision_is_followed_through_every_stage(shape: str) -> None:
    story = tell(shape)
    assert isinstance(story.outcome, Promoted)
    stages = [e.stage for e in story.all(events.DeploymentProgressed)]
    assert "SCALE_UP" in stages
    assert "BAKE_TIME" in stages
    assert story.all(events.DeploymentProgressed)[-1].traffic_percent == 100


def test_the_canary_is_checked_where_no_production_traffic_comes() -> None:
    story = tell("fargate-blue-green")
    (registered,) = story.all(events.CanaryRegistered)
    assert "targetgroup/green/" in registered.target_group_arn
    stage = story.act.stage
    seen: list[events.Event] = []
    again = loop.run(
        lambda: roll_out(SHAPES["fargate-blue-green"](), stage, (seen.append,)),
        at_s=stage.world.now,
    )
    assert isinstance(again.outcome, Promoted)
    (second,) = [e for e in seen if isinstance(e, events.CanaryRegistered)]
    assert "targetgroup/web/" in second.target_group_arn


@pytest.mark.parametrize("shape", _SHIFTING)
def test_a_broken_image_ends_at_the_canary(shape: str) -> None:
    story = tell(shape, "bad-image")
    assert isinstance(story.outcome, Aborted)
    assert "UpdateService" not in story.act.calls


@pytest.mark.parametrize("shape", _SHIFTING)
def test_a_crash_after_promotion_is_rolled_back_by_ecs(shape: str) -> None:
    story = tell(shape, "crash-after-promotion")
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "ECS"
    assert story.outcome.revision_arn.endswith("web:1")


def _without_time() -> dict[str, Any]:
    service = dict(SHAPES["fargate-blue-green"]().service)
    service["deploymentConfiguration"] = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}
    return service


def test_what_is_not_done_in_time_is_rolled_back_through_its_service_deployment() -> None:
    story = tell(
        "fargate-blue-green",
        "crash-after-promotion",
        service_definition=_without_time(),
        timeouts=Timeouts(stable_s=300),
    )
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "cage"
    assert story.act.calls.count("StopServiceDeployment") == 1
    assert story.act.calls.count("UpdateService") == 1


def test_on_failure_keep_leaves_it_as_it_is() -> None:
    story = tell(
        "fargate-blue-green",
        "crash-after-promotion",
        service_definition=_without_time(),
        timeouts=Timeouts(stable_s=300),
        on_failure="keep",
        holds=False,
    )
    assert isinstance(story.outcome, Unproven)
    assert "StopServiceDeployment" not in story.act.calls


def test_somebody_who_stops_it_is_told_of() -> None:
    def prepare(stage: Stage) -> None:
        def gate(name: str, _params: dict[str, Any]) -> None:
            record = stage.service.history[0]
            baking = record.stage == "BAKE_TIME" and record.status == "IN_PROGRESS"
            if name == "DescribeServiceDeployments" and baking:
                world = stage.world
                deployment_stops.stop(
                    world.engine, stage.service, record, "ROLLBACK", world.scheduler.poke
                )

        stage.world.gates.append(gate)

    story = tell("fargate-blue-green", prepare=prepare)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "ECS"


def test_somebody_who_deploys_over_it_is_told_of() -> None:
    def prepare(stage: Stage) -> None:
        done: list[bool] = []

        def gate(name: str, _params: dict[str, Any]) -> None:
            if name == "DescribeServiceDeployments" and not done:
                done.append(True)
                deployments.begin(
                    stage.world.engine, stage.service, stage.world.revision("web:1"), adopt=False
                )
                stage.world.scheduler.poke(stage.service)

        stage.world.gates.append(gate)

    story = tell("fargate-blue-green", prepare=prepare, holds=False)
    assert isinstance(story.outcome, Superseded)
    assert story.act.calls.count("UpdateService") == 1


def _slow_to_clean_up(delay_s: float) -> dict[str, float]:
    return {"deregistration_delay_s": delay_s, "interval_s": 10.0}


def test_what_is_late_only_in_cleaning_up_is_not_rolled_back_to_tasks_that_are_gone() -> None:
    story = tell(
        "fargate-blue-green",
        group_settings=_slow_to_clean_up(200.0),
        timeouts=Timeouts(stable_s=250),
        on_timeout="rollback",
    )
    assert isinstance(story.outcome, Promoted)
    (lost,) = story.all(events.DeploymentLost)
    assert "CLEAN_UP" in lost.message
    assert "StopServiceDeployment" not in story.act.calls
    assert story.act.fewest == story.act.before


def test_what_never_ends_to_clean_up_is_left_to_ecs_and_said_to_be_unproven() -> None:
    story = tell(
        "fargate-blue-green",
        group_settings=_slow_to_clean_up(600.0),
        timeouts=Timeouts(stable_s=200),
        on_timeout="rollback",
    )
    assert isinstance(story.outcome, Unproven)
    assert "its old tasks had stopped by then" in story.outcome.message
    assert "StopServiceDeployment" not in story.act.calls


def test_an_alarm_in_cleaning_up_is_told_and_nothing_is_rolled_back() -> None:
    def prepare(stage: Stage) -> None:
        def gate(_name: str, _params: dict[str, Any]) -> None:
            ours = stage.service.history[0]
            if ours.sources and ours.stage == "CLEAN_UP":
                stage.world.alarms.states["errors"] = "ALARM"

        stage.world.gates.append(gate)

    story = tell(
        "fargate-blue-green",
        prepare=prepare,
        group_settings=_slow_to_clean_up(120.0),
        checks=Requested(alarms=("errors",)),
    )
    assert isinstance(story.outcome, Unproven)
    assert "cage rollback" in story.outcome.remedy
    assert "StopServiceDeployment" not in story.act.calls
    assert story.act.fewest == story.act.before
