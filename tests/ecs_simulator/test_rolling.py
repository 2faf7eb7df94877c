"""Rolling deployments go as ECS's own do: percents, deadlocks, circuit breaker, alarms."""

from __future__ import annotations

import itertools

import pytest

from ecs_simulator.world import rolling_deployments
from ecs_simulator.world.task_entities import SimTask
from tests.ecs_simulator.stages import (
    behave,
    break_image,
    deploy,
    hide,
    said,
    settled,
    up,
    update,
    wait,
    wait_for,
)

BREAKER = {"enable": True, "rollback": True}


@pytest.mark.parametrize(
    ("desired", "least", "most", "lower", "upper"),
    [(4, 50, 200, 2, 8), (3, 50, 150, 2, 4), (2, 75, 125, 2, 2), (3, 100, 125, 3, 3)],
)
def test_the_least_rounds_up_and_the_most_rounds_down(
    desired: int, least: int, most: int, lower: int, upper: int
) -> None:
    percents = {"minimumHealthyPercent": least, "maximumPercent": most}
    service = up(desiredCount=0, deploymentConfiguration=percents).service
    service.desired = desired
    assert (rolling_deployments.lower(service), rolling_deployments.upper(service)) == (
        lower,
        upper,
    )


def test_percents_that_leave_no_room_are_told_once_and_change_nothing() -> None:
    percents = {"minimumHealthyPercent": 75, "maximumPercent": 125}
    stage = up(desiredCount=2, deploymentConfiguration=percents)
    deployment = deploy(stage)
    wait(stage, 3 * 3600)
    told = [e for e in said(stage) if "was unable to stop or start tasks during" in e]
    assert len(told) == 1
    assert deployment.rollout_state == "IN_PROGRESS"
    assert {t.revision.number for t in stage.service.tasks} == {1}
    update(stage, deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 125})
    wait_for(stage, settled(stage))
    assert deployment.rollout_state == "COMPLETED"


def test_a_running_count_never_leaves_the_percents() -> None:
    percents = {"minimumHealthyPercent": 67, "maximumPercent": 134}
    stage = up(desiredCount=3, deploymentConfiguration=percents)
    seen: list[tuple[int, int]] = []

    def watch() -> None:
        alive = sum(1 for t in stage.service.tasks if not t.stopping)
        seen.append((stage.world.healthy_targets(stage.service), alive))

    stage.world.watchers.append(watch)
    deploy(stage)
    wait_for(stage, settled(stage))
    assert min(healthy for healthy, _ in seen) >= 2
    assert max(alive for _, alive in seen) <= 4


@pytest.mark.parametrize("rollback", [True, False])
def test_the_circuit_breaker_opens_when_three_tasks_fail_to_start(*, rollback: bool) -> None:
    breaker = {"enable": True, "rollback": rollback}
    stage = up(deploymentConfiguration={"deploymentCircuitBreaker": breaker})
    break_image(stage)
    deployment = deploy(stage)
    wait_for(stage, lambda: deployment.rollout_state == "FAILED")
    assert deployment.failed_tasks >= 3
    assert deployment.reason == "ECS deployment circuit breaker: tasks failed to start."
    wait(stage, 300)
    primary = stage.service.primary
    if rollback:
        assert (primary.revision.number, primary.rollout_state) == (1, "COMPLETED")
        assert any(f"rolling back to deployment {primary.id}." in e for e in said(stage))
    else:
        assert primary is deployment
        assert not [t for t in stage.service.tasks if t.revision.number == 2]
    assert stage.world.healthy_targets(stage.service) == 3


def test_health_checks_that_fail_count_for_the_circuit_breaker_too() -> None:
    stage = up(deploymentConfiguration={"deploymentCircuitBreaker": BREAKER})
    hide(stage)
    deployment = deploy(stage)
    wait_for(stage, lambda: deployment.rollout_state == "FAILED")
    assert any("is unhealthy in (target-group" in e for e in said(stage))


def test_a_first_deployment_that_fails_has_nothing_to_go_back_to() -> None:
    stage = up(deploymentConfiguration={"deploymentCircuitBreaker": BREAKER})
    break_image(stage)
    made = stage.call("register_task_definition", **stage.task_definition)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    new = {**stage.definition, "serviceName": "new", "taskDefinition": arn}
    stage.call("create_service", **new)
    service = stage.world.services["main", "new"]
    wait_for(stage, lambda: service.primary.rollout_state == "FAILED")
    wait(stage, 600)
    assert len(service.deployments) == 1
    assert service.count("RUNNING") == 0
    record = service.primary.record
    assert record.status == "ROLLBACK_FAILED"
    assert record.reason == "No rollback candidate was found to run the rollback."


@pytest.mark.parametrize("forgives", [True, False])
def test_a_healthy_task_forgives_the_failed_ones_unless_told_otherwise(*, forgives: bool) -> None:
    breaker = {"enable": True, "rollback": False, "resetOnHealthyTask": forgives}
    one_at_a_time = {"minimumHealthyPercent": 100, "maximumPercent": 134}
    stage = up(deploymentConfiguration={"deploymentCircuitBreaker": breaker, **one_at_a_time})
    made: list[SimTask] = []

    def crash_now_and_then(task: SimTask) -> None:
        made.append(task)
        if len(made) in {1, 2, 4}:
            task.plan.exits.append(("", 1.0, 1, ""))
            task.plan.answers_s = 3600.0

    behave(stage, crash_now_and_then)
    deployment = deploy(stage)
    wait_for(stage, settled(stage))
    assert deployment.rollout_state == ("COMPLETED" if forgives else "FAILED")


def test_an_alarm_during_the_bake_time_rolls_back() -> None:
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    stage = up(deploymentConfiguration={"alarms": alarms})
    deployment = deploy(stage)
    wait_for(stage, lambda: deployment.baked_from_s is not None)
    assert deployment.rollout_state == "IN_PROGRESS"
    stage.world.alarms.states["errors"] = "ALARM"
    wait_for(stage, lambda: deployment.rollout_state == "FAILED")
    wait_for(stage, settled(stage))
    assert stage.service.primary.revision.number == 1
    assert any(e.endswith("deployment failed: alarm detected.") for e in said(stage))


def test_an_alarm_that_rings_already_is_not_watched() -> None:
    alarms = {"alarmNames": ["errors", "other"], "enable": True, "rollback": True}
    stage = up(deploymentConfiguration={"alarms": alarms})
    stage.world.alarms.states["errors"] = "ALARM"
    deployment = deploy(stage)
    wait(stage, 30)
    stage.world.alarms.states["other"] = "ALARM"
    wait_for(stage, settled(stage))
    assert deployment.rollout_state == "COMPLETED"


@pytest.mark.parametrize(("grace_s", "state"), [(300, "COMPLETED"), (0, "FAILED")])
def test_a_grace_period_forgives_a_slow_start(grace_s: int, state: str) -> None:
    stage = up(
        deploymentConfiguration={"deploymentCircuitBreaker": BREAKER},
        healthCheckGracePeriodSeconds=grace_s,
    )

    def slow(task: SimTask) -> None:
        task.plan.answers_s = 120.0

    behave(stage, slow)
    deployment = deploy(stage)
    wait_for(stage, lambda: deployment.rollout_state != "IN_PROGRESS")
    assert deployment.rollout_state == state


def test_launches_that_fail_come_ever_more_slowly() -> None:
    stage = up(desiredCount=1)
    update(stage, deploymentConfiguration={"maximumPercent": 200})
    break_image(stage)
    deployment = deploy(stage)
    wait(stage, 5 * 3600)
    begun = sorted(t.created_s for t in stage.world.tasks.all.values() if t.revision.number == 2)
    gaps = [b - a for a, b in itertools.pairwise(begun)]
    assert gaps[-1] > 600
    assert max(gaps) < 1800
    assert deployment.rollout_state == "IN_PROGRESS"
    told = [e for e in said(stage) if "unable to consistently start tasks" in e]
    assert len(told) == 1


def test_a_service_scaled_while_it_deploys_ends_at_its_new_count() -> None:
    stage = up()
    deployment = deploy(stage)
    wait(stage, 30)
    update(stage, desiredCount=5)
    wait_for(stage, settled(stage))
    assert stage.service.primary is deployment
    assert stage.service.count("RUNNING", deployment_id=deployment.id) == 5
    update(stage, desiredCount=2)
    wait_for(stage, lambda: stage.service.count("RUNNING") == 2)


def test_a_forced_deployment_replaces_every_task() -> None:
    stage = up()
    before = {t.id for t in stage.service.tasks}
    update(stage, forceNewDeployment=True)
    wait_for(stage, settled(stage))
    wait(stage, 60)
    assert not before & {t.id for t in stage.service.tasks}
    assert {t.revision.number for t in stage.service.tasks} == {1}


def test_a_superseded_deployment_never_completes() -> None:
    stage = up()
    first = deploy(stage)
    wait(stage, 40)
    second = deploy(stage)
    wait_for(stage, settled(stage))
    assert stage.service.deployments == [second]
    assert (first.status, first.rollout_state) == ("ACTIVE", "IN_PROGRESS")
    assert {t.revision.number for t in stage.service.tasks if not t.stopping} == {3}


def test_events_come_in_the_order_in_which_ecs_tells_them() -> None:
    stage = up(desiredCount=1)
    seen = len(said(stage))
    (old,) = stage.service.tasks
    deployment = deploy(stage)
    wait_for(stage, settled(stage))
    told = [e.removeprefix("(service web") for e in said(stage)[seen:]]
    (new,) = [t for t in stage.service.tasks if t.revision.number == 2]
    group = next(iter(stage.world.groups.groups))
    assert told == [
        f") has started 1 tasks: (task {new.id}).",
        f") registered 1 targets in (target-group {group})",
        f") has stopped 1 running tasks: (task {old.id}).",
        f") deregistered 1 targets in (target-group {group})",
        f", taskSet {old.deployment_id}) has begun draining connections on 1 tasks.",
        f") (deployment {deployment.id}) deployment completed.",
        ") has reached a steady state.",
    ]


def test_an_unhealthy_task_is_replaced_before_it_is_stopped() -> None:
    stage = up()
    ill = stage.service.tasks[0]
    least: list[int] = []
    running = stage.service.count
    stage.world.watchers.append(lambda: least.append(running("RUNNING")))
    ill.plan.answer = 503
    wait_for(stage, lambda: ill.stopping)
    assert stage.world.healthy_targets(stage.service) == 3
    assert min(least) == 3
    assert ill.stopped_reason.startswith("Task failed ELB health checks in (target-group ")
    told = said(stage)
    assert any(e.endswith("(reason Health checks failed with these codes: [503]).") for e in told)


def test_where_there_is_no_room_for_replacements_the_unhealthy_go_one_by_one() -> None:
    stage = up(deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100})
    ill = list(stage.service.tasks)
    for task in ill:
        task.plan.answer = 503
    wait_for(stage, lambda: all(t.stopping for t in ill))
    at_s = [h.at_s for h in stage.world.engine.trace if h.what == "task DEACTIVATING"]
    assert len(set(at_s)) == 3
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)


def test_a_task_that_recovers_isnt_stopped_for_its_health() -> None:
    stage = up()
    ill = stage.service.tasks[0]
    ill.plan.answer = 503
    wait_for(stage, lambda: bool(ill.condemned))
    ill.plan.answer = 200
    (group,) = stage.world.groups.groups.values()
    group.healthy_threshold = 1
    wait(stage, 300)
    assert "health checks" not in ill.stopped_reason
    assert not any("health checks" in t.stopped_reason for t in stage.world.tasks.all.values())
    assert len(stage.service.tasks) == 3


def test_a_task_that_recovers_leaves_the_minimum_alone_until_its_replacement_is_well() -> None:
    stage = up()
    ill = stage.service.tasks[0]
    (group,) = stage.world.groups.groups.values()
    group.healthy_threshold = 1
    ill.plan.answer = 503
    wait_for(stage, lambda: bool(ill.condemned) and len(stage.service.tasks) == 4)
    ill.plan.answer = 200
    least: list[int] = []
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)
    stage.world.watchers.append(lambda: least.append(stage.world.healthy_targets(stage.service)))
    wait(stage, 300)
    assert min(least) == 3
    assert len(stage.service.tasks) == 3


def test_an_old_task_that_is_lost_during_a_deployment_is_replaced_by_its_own_kind() -> None:
    stage = up()
    break_image(stage)
    update(stage, deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 100})
    deploy(stage)
    wait(stage, 10)
    lost = next(t for t in stage.service.tasks if t.revision.number == 1)
    stage.call("stop_task", cluster="main", task=lost.arn)
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 3)
    assert {t.revision.number for t in stage.service.tasks if t.last_status == "RUNNING"} == {1}


def test_scaling_out_during_a_deployment_grows_the_old_revision_too() -> None:
    stage = up()
    break_image(stage)
    update(stage, deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 100})
    deploy(stage)
    wait(stage, 10)
    update(stage, desiredCount=5)
    wait_for(stage, lambda: stage.world.healthy_targets(stage.service) == 5)
    assert {t.revision.number for t in stage.service.tasks if t.last_status == "RUNNING"} == {1}


def test_another_network_means_other_tasks() -> None:
    stage = up()
    before = {t.id for t in stage.service.tasks}
    update(stage, networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-9"]}})
    wait_for(stage, settled(stage))
    wait(stage, 60)
    assert {t.subnet for t in stage.service.tasks} == {"subnet-9"}
    assert not before & {t.id for t in stage.service.tasks}


def test_a_service_put_back_to_its_old_revision_keeps_the_old_tasks() -> None:
    stage = up()
    before = {t.id for t in stage.service.tasks}
    deploy(stage)
    wait(stage, 20)
    update(stage, taskDefinition="web:1")
    wait_for(stage, settled(stage))
    wait(stage, 60)
    assert {t.id for t in stage.service.tasks} == before
