"""Early success criteria: ECS completes a rolling deployment before the service is steady."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ecs_simulator.world import early_success
from tests.ecs_simulator.stages import behave, deploy, settled, shown, up, wait, wait_for

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.service_entities import SimDeployment
    from ecs_simulator.world.task_entities import SimTask


def early(cleanup: str, percent: int = 50, **more: Any) -> Stage:
    """A steady service of four tasks whose deployments complete early."""
    criteria = {
        "enable": True,
        "healthyPercent": percent,
        "sourceServiceRevisionCleanup": cleanup,
    }
    config = {"minimumHealthyPercent": 50, "maximumPercent": 200, "earlySuccessCriteria": criteria}
    return up(desiredCount=4, deploymentConfiguration={**config, **more})


def late(stage: Stage, count: int, seconds: float) -> None:
    """Let that many of the new tasks start late."""
    left = [count]

    def change(task: SimTask) -> None:
        if left[0]:
            left[0] -= 1
            task.plan.pending_s += seconds

    behave(stage, change)


def old(stage: Stage) -> int:
    """How many tasks of the first revision haven't left their target groups."""
    gone = {"STOPPING", "DEPROVISIONING", "STOPPED"}
    tasks = [t for t in stage.service.tasks if t.last_status not in gone]
    return sum(1 for t in tasks if t.revision.number == 1)


def mine(stage: Stage, deployment: SimDeployment) -> int:
    return stage.service.count("RUNNING", deployment_id=deployment.id)


def test_blocking_completes_once_enough_are_healthy_and_the_old_ones_have_left() -> None:
    stage = early("BLOCKING")
    late(stage, 2, 1200.0)
    deployment = deploy(stage)
    wait_for(stage, settled(stage), 900)
    assert (deployment.rollout_state, mine(stage, deployment), old(stage)) == ("COMPLETED", 2, 0)
    assert shown(stage)["status"] == "SUCCESSFUL"
    assert shown(stage)["targetServiceRevision"]["runningTaskCount"] == 2
    wait(stage, 1500)
    assert mine(stage, deployment) == 4
    assert shown(stage)["targetServiceRevision"]["runningTaskCount"] == 2


def test_deferred_completes_while_the_old_tasks_are_still_there() -> None:
    stage = early("DEFERRED")
    late(stage, 2, 1200.0)
    deployment = deploy(stage)
    wait_for(stage, settled(stage), 900)
    assert (mine(stage, deployment), old(stage) > 0) == (2, True)
    described = stage.call("describe_services", cluster="main", services=["web"])["services"][0]
    assert [d["status"] for d in described["deployments"]] == ["PRIMARY", "ACTIVE"]
    wait(stage, 600)
    assert old(stage) == 0
    wait(stage, 1500)
    assert mine(stage, deployment) == 4
    assert len(stage.service.deployments) == 1


def test_the_breaker_does_not_apply_once_it_is_complete() -> None:
    stage = early("BLOCKING", deploymentCircuitBreaker={"enable": True, "rollback": True})
    left = [2]

    def change(task: SimTask) -> None:
        if left[0]:
            left[0] -= 1
        else:
            task.plan.start_failure = ("CannotPullContainerError: not found", "not found")
            task.plan.start_failure_s = 200.0

    behave(stage, change)
    deployment = deploy(stage)
    wait_for(stage, settled(stage), 900)
    assert deployment.rollout_state == "COMPLETED"
    wait(stage, 3600)
    assert deployment.rollout_state == "COMPLETED"
    assert stage.service.primary is deployment
    assert mine(stage, deployment) == 2


@pytest.mark.parametrize(
    ("desired", "percent", "needed"),
    [(2, 50, 1), (3, 50, 2), (10, 80, 8), (100, 90, 90), (4, 0, 1)],
)
def test_the_healthy_percent_rounds_up_and_is_at_least_one(
    desired: int, percent: int, needed: int
) -> None:
    stage = early("BLOCKING", percent, minimumHealthyPercent=0)
    stage.service.desired = desired
    assert early_success.enough(stage.service, deploy(stage)) == needed


def test_without_the_criteria_all_tasks_are_needed() -> None:
    stage = up(desiredCount=4)
    late(stage, 1, 600.0)
    deployment = deploy(stage)
    wait(stage, 500)
    assert deployment.rollout_state == "IN_PROGRESS"
