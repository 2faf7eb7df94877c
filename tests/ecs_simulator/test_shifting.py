"""BLUE_GREEN, LINEAR and CANARY deployments: stages, weights, bake time, rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecs_simulator.world import traffic_shifts
from tests.ecs_simulator.stages import (
    BLUE,
    GREEN,
    RULE,
    break_image,
    deploy,
    said,
    settled,
    shifted,
    shown,
    stages,
    update,
    wait,
    wait_for,
)

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage


def joined(stage: Stage, arn: str) -> set[int]:
    """The revisions whose tasks are in a target group."""
    world = stage.world
    tasks = [world.tasks.occupant(a) for a in world.groups.get(arn).targets]
    return {t.revision.number for t in tasks if t is not None and not t.stopping}


def test_traffic_moves_at_once_and_the_old_tasks_stay_while_it_bakes() -> None:
    stage = shifted()
    deployment = deploy(stage)
    least: list[int] = []
    stage.world.watchers.append(lambda: least.append(stage.world.healthy_targets(stage.service)))
    wait_for(stage, lambda: stage.service.history[0].stage == "SCALE_UP")
    assert traffic_shifts.weights(stage.service) == {RULE: {GREEN: 0.0, BLUE: 100.0}}
    wait_for(stage, lambda: stage.service.history[0].stage == "BAKE_TIME")
    assert (joined(stage, BLUE), joined(stage, GREEN)) == ({1}, {2})
    assert traffic_shifts.weights(stage.service) == {RULE: {GREEN: 100.0, BLUE: 0.0}}
    now = shown(stage)
    assert now["lifecycleStage"] == "BAKE_TIME"
    assert now["targetServiceRevision"]["requestedProductionTrafficWeight"] == 100.0
    assert now["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 0.0
    assert now["sourceServiceRevisions"][0]["runningTaskCount"] == 3
    baked_s = wait_for(stage, settled(stage))
    assert 300 < baked_s < 600
    assert deployment.rollout_state == "COMPLETED"
    assert shown(stage)["status"] == "SUCCESSFUL"
    assert stages(stage) == list(traffic_shifts.STAGES[1:])
    assert min(least) >= 3


def test_the_next_deployment_goes_back_to_the_first_target_group() -> None:
    stage = shifted(bakeTimeInMinutes=0)
    for expected in (GREEN, BLUE, GREEN):
        deploy(stage)
        wait_for(stage, settled(stage))
        wait(stage, 60)
        number = stage.service.primary.revision.number
        assert joined(stage, expected) == {number}
        assert traffic_shifts.weights(stage.service)[RULE][expected] == 100.0


def test_a_canary_takes_a_share_first() -> None:
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 3}
    stage = shifted("CANARY", canaryConfiguration=canary)
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].weight == 10.0)
    assert traffic_shifts.weights(stage.service) == {RULE: {GREEN: 10.0, BLUE: 90.0}}
    waited_s = wait_for(stage, lambda: stage.service.history[0].weight == 100.0)
    assert 180 <= waited_s < 190
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


def test_traffic_shifts_linearly() -> None:
    assert traffic_shifts.steps(
        {
            "strategy": "LINEAR",
            "linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1},
        }
    ) == [(40.0, 60.0), (80.0, 60.0), (100.0, 0.0)]
    linear = {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1}
    stage = shifted("LINEAR", linearConfiguration=linear, bakeTimeInMinutes=0)
    deploy(stage)
    wait_for(stage, settled(stage))
    record = stage.service.history[0].arn.rpartition("/")[2]
    moved = [h.what for h in stage.world.engine.trace if h.who == record and "traffic" in h.what]
    assert moved == ["traffic 40 %", "traffic 80 %", "traffic 100 %"]


@pytest.mark.parametrize("by", ["alarm", "user"])
def test_a_rollback_in_the_bake_time_is_instant(by: str) -> None:
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    stage = shifted(alarms=alarms)
    before = {t.id for t in stage.service.tasks}
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].stage == "BAKE_TIME")
    if by == "alarm":
        stage.world.alarms.states["errors"] = "ALARM"
    else:
        arn = stage.service.history[0].arn
        stage.call("stop_service_deployment", serviceDeploymentArn=arn, stopType="ROLLBACK")
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_IN_PROGRESS", 30)
    assert traffic_shifts.weights(stage.service) == {RULE: {BLUE: 100.0, GREEN: 0.0}}
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "ROLLBACK_SUCCESSFUL"
    if by == "alarm":
        assert shown(stage)["statusReason"] == (
            "Service deployment rolled back because of one or more active alarms."
        )
        assert shown(stage)["alarms"]["triggeredAlarmNames"] == ["errors"]
    wait(stage, 60)
    assert {t.id for t in stage.service.tasks} == before
    deploy(stage)
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


def test_tasks_that_never_start_get_no_traffic() -> None:
    breaker = {"enable": True, "rollback": True}
    stage = shifted(deploymentCircuitBreaker=breaker)
    break_image(stage)
    deployment = deploy(stage)
    wait_for(stage, lambda: deployment.rollout_state == "FAILED")
    wait_for(stage, settled(stage))
    assert "PRODUCTION_TRAFFIC_SHIFT" not in stages(stage)
    assert stage.world.healthy_targets(stage.service) == 3
    assert any("deployment failed: tasks failed to start." in e for e in said(stage))


def test_a_deployment_that_supersedes_one_reconciles_first() -> None:
    stage = shifted()
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].stage == "POST_SCALE_UP")
    deploy(stage)
    wait_for(stage, settled(stage))
    assert stages(stage)[0] == "RECONCILE_SERVICE"
    wait(stage, 60)
    assert joined(stage, GREEN) == {3}
    assert joined(stage, BLUE) == set()
    assert stage.world.healthy_targets(stage.service) == 3


def test_an_old_task_that_dies_meanwhile_is_replaced() -> None:
    stage = shifted()
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].stage == "BAKE_TIME")
    lost = next(t for t in stage.service.tasks if t.revision.number == 1)
    stage.call("stop_task", cluster="main", task=lost.arn)
    wait(stage, 100)
    assert sum(1 for t in stage.service.tasks if t.revision.number == 1 and not t.stopping) == 3


def test_a_service_goes_back_to_rolling_where_its_tasks_are() -> None:
    stage = shifted(bakeTimeInMinutes=0)
    deploy(stage)
    wait_for(stage, settled(stage))
    wait(stage, 60)
    update(stage, deploymentConfiguration={"strategy": "ROLLING"})
    deploy(stage)
    wait_for(stage, settled(stage))
    wait(stage, 60)
    assert joined(stage, GREEN) == {3}


def test_a_forced_deployment_that_is_stopped_leaves_no_task_of_its_own() -> None:
    stage = shifted()
    before = {t.id for t in stage.service.tasks}
    update(stage, forceNewDeployment=True)
    wait_for(stage, lambda: stage.service.history[0].stage == "BAKE_TIME")
    stage.call("stop_service_deployment", serviceDeploymentArn=stage.service.history[0].arn)
    wait_for(stage, lambda: stage.service.history[0].status == "ROLLBACK_SUCCESSFUL")
    wait(stage, 60)
    assert {t.id for t in stage.service.tasks} == before
    assert joined(stage, GREEN) == set()
