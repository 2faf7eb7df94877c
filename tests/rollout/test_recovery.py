"""A rollout whose process died, in each situation that it can have left, and its resumption."""

from __future__ import annotations

from typing import Any

import pytest

from cage.model import events, identity
from cage.model.outcome import Aborted, NothingToDo, Promoted, RolledBack, Superseded, Unproven
from cage.options.timeouts import Timeouts
from cage.rehearsal.draws import perform, read
from cage.rehearsal.incidents.effects import decide, deploy_by_hand, leave_canary
from cage.rehearsal.incidents.triggers import KilledError, is_next, killed_at
from cage.rehearsal.script import roll_out
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.rollout.recovery import look
from cage.runtime.decisions import Word
from cage.wording.endings import last_words
from ecs_simulator import loop
from ecs_simulator.world import ApiError
from ecs_simulator.world.task_entities import SimTask
from tests.ecs_simulator.stages import behave, wait, wait_for
from tests.rollout.crashes import (
    AFTER_UPDATE,
    NO_BREAKER,
    all_of,
    canaries,
    killed,
    resumed,
    serve_late,
)
from tests.stories import tell


def test_before_the_update_the_same_revision_is_checked_anew_and_nothing_registered() -> None:
    script, stage = killed("DescribeTargetHealth", after="RegisterTargets")
    (left,) = canaries(stage)
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    assert result.outcome.revision_arn.endswith("web:2")
    assert stage.api.done.count("RegisterTaskDefinition") == 2
    (found,) = all_of(told, events.UnfinishedFound)
    assert found.stand == "unchanged"
    (swept,) = all_of(told, events.CanarySwept)
    assert swept.task_arn.endswith(left)
    (ready,) = all_of(told, events.RevisionReady)
    assert not ready.registered
    passed = [e.check for e in all_of(told, events.CheckPassed)]
    assert passed == [e.check for e in tell().all(events.CheckPassed)]
    assert canaries(stage) == []


def test_the_rollout_to_resume_is_found_before_anyone_is_asked() -> None:
    script, stage = killed("DescribeTargetHealth", after="RegisterTargets")
    (left,) = canaries(stage)
    calls = len(stage.api.done)

    found = loop.run(lambda: look(stage.context(), script.request), at_s=stage.world.now)

    assert found is not None
    assert found.id == left
    reads = ("Describe", "List", "Get")
    assert all(call.startswith(reads) for call in stage.api.done[calls:])


def test_after_a_rollout_that_has_ended_there_is_nothing_to_ask_about() -> None:
    script = SHAPES["fargate"]()
    stage = script.stage()
    loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    assert loop.run(lambda: look(stage.context(), script.request), at_s=stage.world.now) is None


def test_a_revision_that_fails_its_checks_after_all_aborts() -> None:
    def no_start(stage: Stage) -> None:
        def change(task: Any) -> None:
            task.plan.start_failure = ("CannotPullContainerError: not found", "not found")
            task.plan.start_failure_s = 20.0

        behave(stage, change)

    script, stage = killed("DescribeTasks", prepare=no_start)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Aborted)
    assert "UpdateService" not in stage.api.calls
    assert canaries(stage) == []


def test_a_deployment_in_progress_is_followed_to_its_end() -> None:
    script, stage = killed(**AFTER_UPDATE)
    assert canaries(stage)
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    (found,) = all_of(told, events.UnfinishedFound)
    assert found.stand == "ours"
    assert stage.api.done.count("UpdateService") == 1
    assert stage.api.done.count("RunTask") == 1
    assert canaries(stage) == []
    for group in stage.world.groups.groups.values():
        assert len([t for t in group.targets.values() if t.state == "healthy"]) == 3


def test_a_deployment_that_completed_meanwhile_is_proven_and_the_canary_removed() -> None:
    script, stage = killed(**AFTER_UPDATE)
    wait_for(stage, lambda: stage.service.primary.rollout_state == "COMPLETED")
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    assert canaries(stage) == []


def test_a_rollout_that_was_aborted_is_cleaned_up_and_not_told_again() -> None:
    script, stage = killed("RegisterTargets")
    decide(stage, Word.ABORT)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Aborted)
    assert "was aborted: someone who says they are a colleague" in result.outcome.message
    assert stage.service.primary.revision.number == 1
    assert "UpdateService" not in stage.api.done
    assert canaries(stage) == []


def test_a_resumption_that_aws_refuses_says_only_what_itself_did_not_do() -> None:
    script, stage = killed(**AFTER_UPDATE)

    def gate(_operation: str, _params: dict[str, Any]) -> None:
        raise ApiError("ExpiredTokenException", "The security token is expired")

    stage.world.gates.append(gate)
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Aborted)
    (finished,) = all_of(told, events.OperationFinished)
    assert last_words(finished)[-1] == "Service web was NOT changed by this run."


def test_of_two_dead_rollouts_the_one_that_changed_the_service_is_resumed() -> None:
    script, stage = killed(**AFTER_UPDATE)
    leave_canary(stage)
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    (found,) = all_of(told, events.UnfinishedFound)
    assert found.stand == "ours"
    assert canaries(stage) == []


def test_a_completed_deployment_whose_tasks_fail_by_now_is_put_back() -> None:
    script, stage = killed(**AFTER_UPDATE)
    wait_for(stage, lambda: stage.service.primary.rollout_state == "COMPLETED")

    def fail(task: SimTask) -> None:
        if is_next(task):
            task.plan.reachable = False

    stage.world.tasks.behaviors.append(fail)
    for task in stage.service.tasks:
        task.plan.reachable = False
    wait(stage, 240)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, RolledBack)
    assert result.outcome.by == "cage"
    assert canaries(stage) == []


def test_a_completed_deployment_of_a_service_that_lacks_tasks_by_now_is_not_proven() -> None:
    script, stage = killed(**AFTER_UPDATE)
    wait_for(stage, lambda: stage.service.primary.rollout_state == "COMPLETED")
    stage.world.fargate_capacity = lambda _revision, _group: False
    stage.call("update_service", cluster="main", service="web", desiredCount=6)
    wait(stage, 60)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Unproven)
    assert result.outcome.reason == "NotSteady"
    assert "cage rollback" in result.outcome.remedy
    assert canaries(stage) == []


def test_a_deployment_that_ecs_rolled_back_meanwhile_is_said_to_be() -> None:
    script, stage = killed(**AFTER_UPDATE, prepare=serve_late)
    wait_for(stage, lambda: stage.service.primary.revision.number == 1)
    wait_for(stage, lambda: stage.service.primary.rollout_state == "COMPLETED")
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, RolledBack)
    assert result.outcome.by == "ECS"
    assert result.outcome.revision_arn.endswith("web:1")
    (found,) = all_of(told, events.UnfinishedFound)
    assert found.stand == "put-back"
    assert canaries(stage) == []


def test_a_deployment_that_fails_under_the_resumption_is_followed_back() -> None:
    script, stage = killed(**AFTER_UPDATE, prepare=serve_late)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, RolledBack)
    assert result.outcome.by == "ECS"
    assert canaries(stage) == []


def test_where_ecs_does_not_roll_back_cage_does_to_the_revision_of_the_tag() -> None:
    script, stage = killed(
        **AFTER_UPDATE,
        prepare=serve_late,
        configuration=NO_BREAKER,
        timeouts=Timeouts(stable_s=600),
    )
    (canary,) = canaries(stage)
    tags = next(t.tags for t in stage.world.tasks.all.values() if t.id == canary)
    assert tags[identity.FROM_TAG] == "web:1"
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, RolledBack)
    assert result.outcome.by == "cage"
    assert stage.service.primary.revision.number == 1
    assert canaries(stage) == []


def test_without_the_tag_the_history_names_the_revision_to_go_back_to() -> None:
    script, stage = killed(
        **AFTER_UPDATE,
        prepare=serve_late,
        configuration=NO_BREAKER,
        timeouts=Timeouts(stable_s=600),
    )
    for task in stage.world.tasks.all.values():
        task.tags.pop(identity.FROM_TAG, None)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, RolledBack)
    assert result.outcome.revision_arn.endswith("web:1")


def test_a_revision_that_was_deregistered_since_is_not_gone_back_to() -> None:
    script, stage = killed(
        **AFTER_UPDATE,
        prepare=serve_late,
        configuration=NO_BREAKER,
        timeouts=Timeouts(stable_s=600),
    )
    stage.call("deregister_task_definition", taskDefinition="web:1")
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Unproven)
    assert any("can't be rolled back to web:1" in e.message for e in all_of(told, events.Noticed))


def test_keep_leaves_a_failed_deployment_as_it_is() -> None:
    script, stage = killed(
        **AFTER_UPDATE,
        prepare=serve_late,
        configuration=NO_BREAKER,
        timeouts=Timeouts(stable_s=600),
        on_failure="keep",
    )
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Unproven)
    assert stage.service.primary.revision.number == 2
    assert canaries(stage) == []


def test_what_update_service_changed_is_put_back_too() -> None:
    script = SHAPES["fargate"]()
    network = {"awsvpcConfiguration": {"subnets": ["subnet-2"], "securityGroups": ["sg-1"]}}
    service = {**script.service, "deploymentConfiguration": NO_BREAKER}
    stage = script.but(service_definition=service).stage()
    serve_late(stage)
    changed = script.but(
        service_definition={**service, "networkConfiguration": network},
        update_service=True,
        timeouts=Timeouts(stable_s=600),
    )
    killed_at("DescribeServices", after="UpdateService")(stage)
    with pytest.raises(KilledError):
        loop.run(lambda: roll_out(changed, stage), at_s=stage.world.now)
    stage.killed = False
    assert stage.service.raw["networkConfiguration"] == network
    result, _ = resumed(changed, stage)
    assert isinstance(result.outcome, RolledBack)
    subnets = stage.service.raw["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    assert subnets == ["subnet-1"]


def test_a_way_back_that_the_dead_rollout_had_begun_is_followed() -> None:
    script, stage = killed(
        "DescribeServices",
        after="UpdateService",
        prepare=serve_late,
        configuration=NO_BREAKER,
    )
    stage.call("update_service", cluster="main", service="web", taskDefinition="web:1")
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, RolledBack)
    assert "the dead rollout" in result.outcome.by
    assert stage.service.primary.revision.number == 1
    assert canaries(stage) == []


@pytest.mark.parametrize("at", ["before", "after"])
def test_what_somebody_else_deployed_since_is_left_alone_and_named(at: str) -> None:
    where: dict[str, Any] = AFTER_UPDATE if at == "after" else {"at": "DescribeTasks"}
    script, stage = killed(**where)
    deploy_by_hand(stage)
    result, _ = resumed(script, stage)
    outcome = result.outcome
    assert isinstance(outcome, Superseded)
    assert outcome.by_deployment_id == stage.service.primary.id
    assert "web:3" in outcome.message
    assert stage.service.primary.revision.number == 3
    assert canaries(stage) == []


def test_a_service_that_was_deleted_since_is_only_cleaned_up_after() -> None:
    script, stage = killed("DescribeTasks")
    stage.call("delete_service", cluster="main", service="web", force=True)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Aborted)
    assert result.outcome.reason == "ServiceGone"
    assert canaries(stage) == []


def test_with_nothing_to_resume_it_says_so() -> None:
    script = SHAPES["fargate"]()
    stage = script.stage()
    calls = len(stage.api.calls)
    result, _ = resumed(script, stage)
    assert result.outcome == NothingToDo(
        "no rollout has left a canary; the service is on web:1, completed."
    )
    assert result.service_intact
    assert not {"RunTask", "UpdateService", "StopTask"} & set(stage.api.calls[calls:])


def test_after_a_rollout_that_ended_there_is_nothing_to_resume() -> None:
    script = SHAPES["fargate"]()
    stage = script.stage()
    first = loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    assert isinstance(first.outcome, Promoted)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, NothingToDo)
    assert first.rollout_id in result.outcome.message


@pytest.mark.parametrize("shape", ["fargate", "fargate-two-groups", "ec2-auto"])
def test_what_a_canary_that_exited_left_registered_is_deregistered(shape: str) -> None:
    for seed in (0, 1, 2, 33942):
        done = perform(read(f"{shape} killed-at-rollback late-exit", seed))
        assert done.broken == ()


def test_a_deployment_whose_canary_has_exited_is_followed_without_looking_for_one() -> None:
    settings = {"deregistration_delay_s": 300.0, "interval_s": 10.0}
    script, stage = killed(**AFTER_UPDATE, shape="fargate", group_settings=settings)
    for task in list(stage.world.tasks.all.values()):
        if task.id in canaries(stage):
            stage.world.tasks.exit_container(task, "", 1)
    wait(stage, 15)
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    assert all_of(told, events.Noticed) == []
    assert all_of(told, events.CanaryDeregistered) != []
