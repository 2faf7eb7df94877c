"""Given a service, when a revision is rolled out, then this holds."""

from __future__ import annotations

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted, RolledBack, Superseded
from cage.rehearsal.script import roll_out, with_cage
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator import loop
from ecs_simulator.world import deployments
from tests.stories import tell


@pytest.mark.parametrize("shape", SHAPES)
def test_a_good_revision_is_promoted_on_every_shape_of_service(shape: str) -> None:
    story = tell(shape)
    assert isinstance(story.outcome, Promoted)
    assert story.act.calls.count("UpdateService") == 1
    assert len(story.all(events.CanaryStopped)) == 1


def test_the_canary_is_one_task_registered_in_every_target_group() -> None:
    story = tell("fargate-two-groups")
    registered = story.all(events.CanaryRegistered)
    assert len({e.target_group_arn for e in registered}) == 2
    assert {e.target.rpartition(":")[2] for e in registered} == {"8080", "9090"}
    assert story.act.calls.count("RunTask") == 1
    assert len(story.all(events.CanaryDeregistered)) == 2


def test_an_ipv6_target_group_gets_the_ipv6_address() -> None:
    (registered,) = tell("fargate-ipv6").all(events.CanaryRegistered)
    assert registered.target.startswith("[2001:db8::")


def test_a_dynamic_host_port_is_read_from_the_tasks_bindings() -> None:
    (registered,) = tell("ec2-bridge").all(events.CanaryRegistered)
    instance, _, port = registered.target.partition(":")
    assert instance.startswith("i-")
    assert int(port) >= 32768


def test_a_service_without_load_balancer_must_stay_up_for_the_idle_duration() -> None:
    story = tell("fargate-no-balancer")
    passed = {e.check: e for e in story.all(events.CheckPassed)}
    assert passed["idle"].took_s >= 25
    assert "RegisterTargets" not in story.act.calls


def test_a_canary_that_stops_while_idle_is_seen_with_its_exit_code() -> None:
    story = tell("fargate-no-balancer", "essential-exit")
    assert isinstance(story.outcome, Aborted)
    assert "exited with 1" in story.outcome.message


def test_the_canary_runs_where_the_services_own_strategy_says() -> None:
    story = tell("fargate-spot")
    (canary,) = [t for t in story.act.stage.world.tasks.all.values() if t.group.startswith("cage:")]
    assert canary.capacity_provider == "FARGATE_SPOT"


def test_what_keeps_ecs_from_going_on_is_told_once_while_it_lasts() -> None:
    story = tell("fargate", "capacity-runs-out")
    said = [e for e in story.all(events.Noticed) if "was unable to place a task" in e.message]
    assert len(said) == 1


def test_the_canary_drains_beside_the_deployment() -> None:
    story = tell("fargate")
    gone = story.all(events.CanaryDeregistered)[0].at
    proven = story.all(events.DeploymentProven)[0].at
    assert gone < proven


def test_draining_comes_before_stopping() -> None:
    calls = tell("fargate").act.calls
    assert calls.index("DeregisterTargets") < calls.index("StopTask")


def test_a_crash_after_promotion_without_a_circuit_breaker_is_rolled_back_by_cage() -> None:
    service = dict(SHAPES["fargate"]().service)
    service["deploymentConfiguration"] = {}
    story = tell("fargate", "crash-after-promotion", service_definition=service)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "cage"


def test_a_circuit_breaker_without_rollback_leaves_the_rollback_to_cage() -> None:
    service = dict(SHAPES["fargate"]().service)
    service["deploymentConfiguration"] = {
        "deploymentCircuitBreaker": {"enable": True, "rollback": False}
    }
    story = tell("fargate", "crash-after-promotion", service_definition=service)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "cage"


def test_ecs_own_rollback_is_not_taken_for_success() -> None:
    story = tell("fargate", "crash-after-promotion")
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "ECS"


def test_the_desired_count_is_never_sent() -> None:
    seen: list[dict[str, object]] = []

    def gate(operation: str, params: dict[str, object]) -> None:
        if operation == "UpdateService":
            seen.append(params)

    tell("fargate", prepare=lambda stage: stage.world.gates.append(gate))
    assert "desiredCount" not in seen[0]


def test_no_event_holds_a_value_of_the_environment() -> None:
    task = dict(SHAPES["fargate"]().task_definition)
    container = {
        **task["containerDefinitions"][1],
        "environment": [{"name": "A", "value": "hunter2"}],
    }
    task["containerDefinitions"] = [task["containerDefinitions"][0], container]
    for incident in (None, "bad-image", "crash-after-promotion"):
        story = tell("fargate", incident, task_definition=task)
        assert "hunter2" not in repr(story.events)


def test_a_rollout_costs_few_calls_and_little_time() -> None:
    service = {**SHAPES["fargate"]().service, "desiredCount": 3}
    for seed in range(5):
        story = tell("fargate", service_definition=service, seed=seed)
        assert len(story.act.calls) <= 140


def test_the_last_event_of_every_run_is_its_end() -> None:
    for incident in (None, "no-capacity"):
        assert isinstance(tell("fargate", incident).events[-1], events.OperationFinished)


def test_a_second_rollout_of_the_same_service_starts_a_canary_of_its_own() -> None:
    script = SHAPES["fargate"]()
    act = with_cage(script)
    assert act.result is not None
    again = loop.run(lambda: roll_out(script, act.stage), at_s=act.stage.world.now)
    assert isinstance(again.outcome, Promoted)
    assert again.rollout_id != act.result.rollout_id
    canaries = [t for t in act.stage.world.tasks.all.values() if t.group.startswith("cage:")]
    assert len(canaries) == 2


def test_update_service_sends_what_the_file_says_and_the_canary_starts_in_it() -> None:
    seen: dict[str, dict[str, object]] = {}

    def gate(operation: str, params: dict[str, object]) -> None:
        seen[operation] = params

    def prepare(stage: Stage) -> None:
        stage.service.raw["networkConfiguration"] = {"awsvpcConfiguration": {"subnets": ["old"]}}
        stage.world.gates.append(gate)

    story = tell("fargate", update_service=True, prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    wanted = SHAPES["fargate"]().service["networkConfiguration"]
    assert seen["RunTask"]["networkConfiguration"] == wanted
    assert seen["UpdateService"]["networkConfiguration"] == wanted
    assert set(seen["UpdateService"]) == {
        "cluster",
        "service",
        "taskDefinition",
        "networkConfiguration",
    }


def test_without_update_service_only_the_revision_is_sent() -> None:
    seen: dict[str, dict[str, object]] = {}

    def gate(operation: str, params: dict[str, object]) -> None:
        seen[operation] = params

    tell("fargate", prepare=lambda stage: stage.world.gates.append(gate))
    assert set(seen["UpdateService"]) == {"cluster", "service", "taskDefinition"}


def test_somebody_elses_deployment_that_supersedes_ours_is_left_alone() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "DescribeServices" and stage.service.primary.revision.number == 2:
                deployments.begin(
                    stage.world.engine, stage.service, stage.world.revision("web:1"), adopt=False
                )
                stage.world.scheduler.poke(stage.service)

        stage.world.gates.append(gate)

    story = tell("fargate", prepare=prepare)
    assert isinstance(story.outcome, Superseded)
    assert story.act.calls.count("UpdateService") == 1
