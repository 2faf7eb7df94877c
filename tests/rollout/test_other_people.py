"""Somebody else deploys while cage is at it: cage sees it, says so, and undoes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cage.checks.requests import Requested
from cage.model import events, identity
from cage.model.outcome import Aborted, Promoted, Superseded, Unproven
from cage.options.timeouts import Timeouts
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError, deployments
from ecs_simulator.world.task_entities import SimTargetGroup
from tests.stories import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.rehearsal.stage import Stage

_OLD = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/old/old123"
_SLOW = {"deregistration_delay_s": 300.0}


def _deploy(stage: Stage) -> str:
    """Deploy as a colleague does, with a revision that nobody has seen yet."""
    fix = stage.call("register_task_definition", **{**stage.task_definition, "cpu": "512"})
    arn = fix["taskDefinition"]["taskDefinitionArn"]
    deployments.begin(stage.world.engine, stage.service, stage.world.revision(arn), adopt=False)
    stage.world.scheduler.poke(stage.service)
    return str(stage.service.primary.id)


def _once(
    operation: str, when: Callable[[Stage], bool], do: Callable[[Stage], object]
) -> Callable[[Stage], None]:
    """Have something done once, at a call of cage's, when the world is so."""

    def prepare(stage: Stage) -> None:
        done: list[bool] = []

        def gate(name: str, _params: dict[str, Any]) -> None:
            if name == operation and not done and when(stage):
                done.append(True)
                do(stage)

        stage.world.gates.append(gate)

    return prepare


def _unseen(stage_deploys: list[str]) -> Callable[[Stage], None]:
    """Have someone deploy between the last look at the service and UpdateService."""
    return _once("UpdateService", lambda _: True, lambda s: stage_deploys.append(_deploy(s)))


def test_a_deployment_that_was_overwritten_unseen_is_named() -> None:
    theirs: list[str] = []
    story = tell(prepare=_unseen(theirs), holds=False)
    assert isinstance(story.outcome, Promoted)
    said = [e.message for e in story.all(events.Noticed)]
    assert f"the update replaced deployment {theirs[0]} of web:3" in " ".join(said)


def test_a_failure_after_an_unseen_overwrite_lets_a_person_choose_the_way_back() -> None:
    theirs: list[str] = []
    watched = Requested(alarms=("errors",))
    story = tell(
        "fargate", "alarm-in-deployment", checks=watched, prepare=_unseen(theirs), holds=False
    )
    outcome = story.outcome
    assert isinstance(outcome, Unproven)
    assert f"it replaced deployment {theirs[0]} of web:3" in outcome.message
    assert "cage rollback --to" in outcome.message
    assert story.act.done.count("UpdateService") == 1


def test_a_deployment_that_came_after_the_proof_is_the_last_word() -> None:
    theirs: list[str] = []
    stages: list[Stage] = []

    def sink(event: events.Event) -> None:
        if isinstance(event, events.DeploymentProven):
            theirs.append(_deploy(stages[0]))

    story = tell(prepare=stages.append, sink=sink, holds=False)
    outcome = story.outcome
    assert isinstance(outcome, Superseded)
    assert outcome.by_deployment_id == theirs[0]
    assert f"then someone deployed web:3 by deployment {theirs[0]}" in outcome.message
    assert story.all(events.CanaryStopped)


def test_a_service_that_can_not_be_read_once_more_keeps_its_outcome_and_says_so() -> None:
    stages: list[Stage] = []

    def deny(name: str, _params: dict[str, Any]) -> None:
        if name == "DescribeServices":
            raise ApiError("AccessDeniedException", "no")

    def sink(event: events.Event) -> None:
        if isinstance(event, events.DeploymentProven):
            stages[0].world.gates.append(deny)

    story = tell(prepare=stages.append, sink=sink, holds=False)
    assert isinstance(story.outcome, Promoted)
    said = [e.message for e in story.all(events.Noticed)]
    assert any("can't be read once more" in message for message in said)


def test_a_hotfix_during_the_checks_is_not_overwritten() -> None:
    theirs: list[str] = []
    prepare = _once("DescribeTargetHealth", lambda _: True, lambda s: theirs.append(_deploy(s)))
    story = tell(prepare=prepare, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "someone else" in story.outcome.message
    assert "UpdateService" not in story.act.calls
    assert story.act.stage.service.primary.id == theirs[0]
    assert story.act.result is not None
    assert story.act.result.left_behind == ()


def test_a_hotfix_that_completes_during_the_checks_is_not_overwritten_either() -> None:
    def complete(stage: Stage) -> None:
        _deploy(stage)
        stage.service.primary.rollout_state = "COMPLETED"

    story = tell(prepare=_once("DescribeTargetHealth", lambda _: True, complete), holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "during this rollout" in story.outcome.message
    assert "UpdateService" not in story.act.calls


def test_a_hotfix_after_our_deployment_failed_is_neither_a_rollback_nor_overwritten() -> None:
    service = {
        **SHAPES["fargate"]().service,
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": False}
        },
    }
    theirs: list[str] = []
    looks: list[float] = []

    def looked_before(stage: Stage) -> bool:
        if stage.service.primary.rollout_state == "FAILED":
            looks.append(stage.world.now)
        return len(looks) == 2

    prepare = _once("DescribeServices", looked_before, lambda s: theirs.append(_deploy(s)))
    story = tell(
        "fargate", "crash-after-promotion", prepare=prepare, service_definition=service, holds=False
    )
    assert story.all(events.DeploymentLost)[0].reason == "failed"
    assert isinstance(story.outcome, Superseded)
    assert story.outcome.by_deployment_id == theirs[0]
    assert story.act.calls.count("UpdateService") == 1


def test_a_deployment_that_completes_as_time_runs_out_is_promoted_not_rolled_back() -> None:
    stages: list[Stage] = []

    def sink(event: events.Event) -> None:
        if isinstance(event, events.DeploymentLost):
            stages[0].service.primary.rollout_state = "COMPLETED"

    story = tell(
        prepare=stages.append,
        sink=sink,
        timeouts=Timeouts(stable_s=60),
        group_settings=_SLOW,
        on_timeout="rollback",
        verify=False,
        holds=False,
    )
    assert story.all(events.DeploymentLost)[0].reason == "timed-out"
    assert isinstance(story.outcome, Promoted)
    assert story.act.calls.count("UpdateService") == 1


def test_the_way_back_does_not_wait_for_the_canary_to_drain() -> None:
    story = tell(
        timeouts=Timeouts(stable_s=120),
        group_settings=_SLOW,
        on_timeout="rollback",
        verify=False,
    )
    assert isinstance(story.outcome, Unproven)  # going back takes longer than 120 s too
    assert story.outcome.rolling_back
    assert story.act.result is not None
    assert story.act.result.resume.startswith("cage resume ")
    assert story.all(events.CanaryDeregistered)[0].at < story.all(events.DeploymentLost)[0].at
    lost = story.all(events.DeploymentLost)[0].at
    back = story.all(events.ServiceUpdated)[1].at
    assert (back - lost).total_seconds() < 5
    assert story.all(events.CanaryStopped)[0].at > back


def test_a_dead_canary_in_the_old_target_group_is_swept_while_the_groups_change() -> None:
    left: list[str] = []

    def prepare(stage: Stage) -> None:
        world = stage.world
        world.add_target_group(SimTargetGroup(arn=_OLD, name="old", target_type="ip"))
        balancers = [{**b, "targetGroupArn": _OLD} for b in stage.service.raw["loadBalancers"]]
        stage.service.raw["loadBalancers"] = balancers
        task = world.tasks.start(
            stage.cluster,
            world.revision("web:1"),
            group=identity.group("web"),
            started_by=identity.started_by("web"),
            launch_type="FARGATE",
            tags={identity.LEASE_TAG: identity.lease(stamp(world.now))},
        )
        world.run_until(world.now + 70)
        for arn in (*world.groups.groups, _OLD):
            world.groups.register(arn, (task.ipv4, 8080))
        world.run_until(world.now + 30)
        left.append(task.ipv4)

    story = tell(update_service=True, prepare=prepare, holds=False)
    assert isinstance(story.outcome, Promoted)
    assert len(story.all(events.CanarySwept)) == 1
    gone = {e.target_group_arn for e in story.all(events.CanaryDeregistered) if left[0] in e.target}
    assert gone == set(story.act.stage.world.groups.groups)
