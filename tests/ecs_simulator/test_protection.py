"""Protected tasks outlast scaling in and deployments, not their own ill health."""

from __future__ import annotations

from typing import Any

from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask
from tests.ecs_simulator.stages import deploy, said, settled, up, update, wait, wait_for


def protect(stage: Stage, *tasks: SimTask, on: bool = True, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = stage.call(
        "update_task_protection",
        cluster="main",
        tasks=[t.arn for t in tasks],
        protectionEnabled=on,
        **asked,
    )
    return answer


def test_a_protected_task_stays_until_its_protection_ends() -> None:
    stage = up()
    kept = stage.service.tasks[0]
    answer = protect(stage, kept, expiresInMinutes=30)
    assert answer["protectedTasks"][0]["protectionEnabled"]
    deployment = deploy(stage)
    wait(stage, 1500)
    assert not kept.stopping
    assert deployment.rollout_state == "IN_PROGRESS"
    told = [e for e in said(stage) if "under protection" in e]
    assert told == [
        (
            "(service web) was unable to reach steady state because "
            f"(taskSet {deployment.id}) was unable to scale in due to "
            "(reason 1 tasks under protection)"
        )
    ]
    wait_for(stage, settled(stage))
    assert deployment.rollout_state == "COMPLETED"


def test_scaling_in_spares_the_protected() -> None:
    stage = up()
    kept = min(stage.service.tasks, key=lambda t: t.created_s)
    protect(stage, kept)
    update(stage, desiredCount=1)
    wait(stage, 300)
    assert [t.id for t in stage.service.tasks] == [kept.id]
    protect(stage, kept, on=False)
    update(stage, desiredCount=0)
    wait_for(stage, lambda: not stage.service.tasks)


def test_a_protected_task_that_is_unhealthy_is_replaced_all_the_same() -> None:
    stage = up()
    ill = stage.service.tasks[0]
    protect(stage, ill)
    ill.plan.answer = 503
    wait_for(stage, lambda: ill.stopping)
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)


def test_only_tasks_of_services_can_be_protected() -> None:
    stage = up()
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    alone = stage.call(
        "run_task",
        cluster="main",
        taskDefinition="web:1",
        launchType="FARGATE",
        networkConfiguration=network,
    )["tasks"][0]
    answer = stage.call(
        "update_task_protection",
        cluster="main",
        tasks=[alone["taskArn"], "nothing"],
        protectionEnabled=True,
    )
    assert [f["reason"] for f in answer["failures"]] == ["TASK_NOT_VALID", "MISSING"]
    shown = stage.call("get_task_protection", cluster="main")["protectedTasks"]
    assert [t["protectionEnabled"] for t in shown] == [False] * 3
