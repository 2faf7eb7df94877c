"""Canaries of other rollouts: dead ones are swept, live ones are left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cage.model import events, identity
from cage.model.outcome import Aborted, Promoted
from ecs_simulator.operations.times import stamp
from tests.stories import tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask


def _leave_canary(stage: Stage, *, registered: bool = True) -> SimTask:
    """Leave what a process leaves that was killed while its canary served."""
    world = stage.world
    task = world.tasks.start(
        stage.cluster,
        world.revision("web:1"),
        group=identity.group("web"),
        started_by=identity.started_by("web"),
        launch_type="FARGATE",
        tags={
            identity.ROLLOUT_TAG: "dead-one",
            identity.LEASE_TAG: identity.lease(stamp(world.now)),
        },
    )
    world.run_until(world.now + 70)
    if registered:
        for arn in world.groups.groups:
            world.groups.register(arn, (task.ipv4, 8080))
        world.run_until(world.now + 10)
    return task


def _leave_registered(stage: Stage) -> None:
    _leave_canary(stage)


def _leave_unregistered(stage: Stage) -> None:
    _leave_canary(stage, registered=False)


def test_a_dead_rollouts_canary_is_deregistered_drained_and_stopped() -> None:
    story = tell(prepare=_leave_registered)
    assert isinstance(story.outcome, Promoted)
    (swept,) = story.all(events.CanarySwept)
    assert swept.left_by == "dead-one"
    left = story.act.stage.world.tasks.all[swept.task_arn]
    assert left.last_status == "STOPPED"


def test_a_canary_killed_before_it_was_registered_is_swept_too() -> None:
    story = tell(prepare=_leave_unregistered)
    assert isinstance(story.outcome, Promoted)
    assert len(story.all(events.CanarySwept)) == 1


def test_a_live_rollout_is_left_alone_and_the_second_one_refused() -> None:
    def prepare(stage: Stage) -> None:
        task = _leave_canary(stage)
        world = stage.world

        def renew() -> None:
            if world.now < 2000:
                task.tags[identity.LEASE_TAG] = identity.lease(stamp(world.now))
                world.engine.after(30, renew)

        renew()

    story = tell(prepare=prepare, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "dead-one" in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls
    assert "StopTask" not in story.act.calls


def test_a_rollout_renews_its_lease_while_it_waits() -> None:
    story = tell("fargate", "bad-image")
    assert story.act.calls.count("TagResource") >= 2


def test_a_lease_says_until_when() -> None:
    now = stamp(0)
    text = identity.lease(now)
    assert text == (now + timedelta(seconds=identity.LEASE_S)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_long_service_name_keeps_its_starter_within_the_limit() -> None:
    names = {identity.started_by("s" * 200), identity.started_by("s" * 201)}
    assert len(names) == 2
    assert all(len(name) <= 128 for name in names)
