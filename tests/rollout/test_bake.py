"""What must hold for a while: the canary before the promotion, the service after it."""

from __future__ import annotations

import dataclasses

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted, RolledBack, Superseded
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask
from tests.stories import Story, tell

BAKE = Timeouts(bake_s=120)
BAKE_AFTER = Timeouts(bake_after_s=300)


def took(story: Story, check: str) -> float:
    return next(e.took_s for e in story.all(events.CheckPassed) if e.check == check)


def exits_after(stage: Stage, seconds: float, group: str) -> None:
    """Let tasks of the next revision exit so long after they run."""

    def behave(task: SimTask) -> None:
        if is_next(task) and task.group.startswith(group):
            task.plan.exits.append(("", seconds, 1, ""))

    stage.world.tasks.behaviors.append(behave)


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer", "ec2-bridge"])
def test_a_canary_that_holds_is_promoted_no_sooner(shape: str) -> None:
    story = tell(shape, timeouts=BAKE)
    assert isinstance(story.outcome, Promoted)
    assert 120 <= took(story, "bake") < 140
    (updated,) = story.all(events.ServiceUpdated)
    (started,) = story.all(events.CanaryStarted)
    assert (updated.at - started.at).total_seconds() > 120


def test_a_canary_that_exits_while_it_bakes_is_never_promoted() -> None:
    story = tell("fargate", timeouts=BAKE, prepare=lambda s: exits_after(s, 100, "cage:"))
    assert isinstance(story.outcome, Aborted)
    assert "exited with 1" in story.outcome.message
    failed = story.all(events.CheckFailed)[0]
    assert failed.check.startswith("bake/")


def test_a_canary_that_has_exited_is_not_drained() -> None:
    settings = {**SHAPES["fargate"]().group_settings, "deregistration_delay_s": 300.0}
    story = tell(
        "fargate",
        prepare=lambda s: exits_after(s, 100, "cage:"),
        timeouts=Timeouts(bake_s=600),
        group_settings=settings,
    )
    assert isinstance(story.outcome, Aborted)
    (gone,) = story.all(events.CanaryDeregistered)
    (stopped,) = story.all(events.CanaryStopped)
    assert gone.drain_s == 0
    assert (stopped.at - gone.at).total_seconds() < 30


def test_a_target_that_turns_unhealthy_while_the_canary_bakes_aborts() -> None:
    def prepare(stage: Stage) -> None:
        def behave(task: SimTask) -> None:
            if task.group.startswith("cage:"):
                stage.world.engine.after(100, lambda: setattr(task.plan, "answer", 503))

        stage.world.tasks.behaviors.append(behave)

    story = tell("fargate", timeouts=BAKE, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "TargetUnhealthy"


def test_reads_that_lag_behind_break_no_bake() -> None:
    story = tell("fargate", "stale-reads", timeouts=BAKE)
    assert isinstance(story.outcome, Promoted)


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer", "ec2-bridge"])
def test_a_service_that_stays_well_is_promoted_after_its_bake(shape: str) -> None:
    story = tell(shape, timeouts=BAKE_AFTER)
    assert isinstance(story.outcome, Promoted)
    assert took(story, "bake-after") >= 300
    assert len(story.all(events.CanaryStopped)) == 1


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer"])
def test_tasks_that_crash_once_the_deployment_is_proven_are_rolled_back(shape: str) -> None:
    story = tell(
        shape,
        timeouts=Timeouts(bake_after_s=900),
        prepare=lambda s: exits_after(s, 400, "service:"),
        holds=False,
    )
    assert isinstance(story.outcome, RolledBack), story.outcome
    assert story.outcome.by == "cage"
    service = story.act.stage.service
    assert service.primary.revision.number == 1
    assert service.primary.rollout_state == "COMPLETED"


def test_somebody_elses_deployment_during_the_bake_is_left_alone() -> None:
    def deploy(stage: Stage) -> None:
        def watch(event: object) -> None:
            if isinstance(event, events.DeploymentProven) and not done:
                done.append(True)
                stage.call(
                    "update_service",
                    cluster=stage.cluster,
                    service=stage.service_name,
                    forceNewDeployment=True,
                )

        sinks.append(watch)

    done: list[bool] = []
    sinks: list[object] = []

    def sink(event: events.Event) -> None:
        for watch in sinks:
            watch(event)  # type: ignore[operator]

    story = tell("fargate", timeouts=BAKE_AFTER, prepare=deploy, sink=sink, holds=False)
    assert isinstance(story.outcome, Superseded)
    assert story.act.calls.count("UpdateService") == 2


def test_a_service_that_bakes_by_itself_refuses_to_be_baked_after() -> None:
    story = tell("fargate-blue-green", timeouts=BAKE_AFTER)
    assert isinstance(story.outcome, Aborted)
    assert "RegisterTaskDefinition" not in story.act.calls
    assert "bakeTimeInMinutes" in story.outcome.remedy


def test_what_baking_takes_is_part_of_how_long_a_rollout_may_take() -> None:
    longer = dataclasses.replace(Timeouts(), bake_s=60, bake_after_s=300)
    assert longer.longest_s == Timeouts().longest_s + 360
