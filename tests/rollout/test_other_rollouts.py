"""Canaries of other rollouts: dead ones are swept, live ones are left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from cage.model import events, identity
from cage.model.outcome import Aborted, Interrupted, Promoted
from cage.rehearsal.shapes import SHAPES
from cage.runtime.interruption import Interruption
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


def _leave_on_an_instance(stage: Stage) -> None:
    world = stage.world
    free = [i for i in world.clusters[stage.cluster] if 8080 not in i.ports]
    world.tasks.start(
        stage.cluster,
        world.revision("web:1"),
        group=identity.group("web"),
        started_by=identity.started_by("web"),
        launch_type="EC2",
        instance=free[0],
        tags={
            identity.ROLLOUT_TAG: "dead-one",
            identity.LEASE_TAG: identity.lease(stamp(world.now)),
        },
    )
    world.run_until(world.now + 70)


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


@pytest.mark.parametrize("behind_s", [70, 200, 280])
def test_a_clock_that_is_ahead_removes_no_live_canary(behind_s: float) -> None:
    def prepare(stage: Stage) -> None:
        task = _leave_canary(stage)
        world = stage.world

        def renew() -> None:
            if world.now < 2000:
                task.tags[identity.LEASE_TAG] = identity.lease(stamp(world.now - behind_s))
                world.engine.after(45, renew)

        renew()

    story = tell(prepare=prepare, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "dead-one" in story.outcome.message
    assert "StopTask" not in story.act.calls


def test_a_lease_that_no_one_renews_is_not_waited_for_however_long_it_lasts() -> None:
    def prepare(stage: Stage) -> None:
        _leave_canary(stage).tags[identity.LEASE_TAG] = "2099-01-01T00:00:00Z"

    story = tell(prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    (swept,) = story.all(events.CanarySwept)
    assert 90 <= (swept.at - story.events[0].at).total_seconds() < 90 + 330


def test_a_rollout_renews_its_lease_while_its_canary_drains() -> None:
    renewed: list[datetime] = []

    def prepare(stage: Stage) -> None:
        def gate(called: str, _params: dict[str, Any]) -> None:
            if called == "TagResource":
                renewed.append(stage.clients_now())

        stage.world.gates.append(gate)
        for group in stage.world.groups.groups.values():
            group.deregistration_delay_s = 300

    story = tell(prepare=prepare)
    (gone,) = story.all(events.CanaryDeregistered)
    (stopped,) = story.all(events.CanaryStopped)
    late = [moment for moment in renewed if gone.at < moment < stopped.at]
    gaps = [(b - a).total_seconds() for a, b in pairwise([gone.at, *late])]
    assert len(late) >= 7
    assert max(gaps) < identity.LEASE_S


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
    assert all(len(name) <= 36 for name in names)


def test_a_rollout_does_not_wait_for_the_drain_of_a_dead_rollouts_canary() -> None:
    settings = {**SHAPES["fargate"]().group_settings, "deregistration_delay_s": 300.0}
    story = tell(prepare=_leave_registered, group_settings=settings)
    assert isinstance(story.outcome, Promoted)
    left = story.all(events.CanaryDeregistered)[0]
    (started,) = story.all(events.CanaryStarted)
    (swept,) = story.all(events.CanarySwept)
    assert (started.at - left.at).total_seconds() < 5
    assert (swept.at - left.at).total_seconds() >= 300
    (updated,) = story.all(events.ServiceUpdated)
    assert updated.at < swept.at


def test_a_rollout_that_aborts_still_removes_a_dead_rollouts_canary() -> None:
    settings = {**SHAPES["fargate"]().group_settings, "deregistration_delay_s": 300.0}
    story = tell("fargate", "bad-image", prepare=_leave_registered, group_settings=settings)
    assert isinstance(story.outcome, Aborted)
    (swept,) = story.all(events.CanarySwept)
    assert story.act.stage.world.tasks.all[swept.task_arn].last_status == "STOPPED"


def test_a_signal_ends_the_drain_of_a_dead_rollouts_canary_early() -> None:
    settings = {**SHAPES["fargate"]().group_settings, "deregistration_delay_s": 300.0}
    interruption = Interruption()
    signaled: list[datetime] = []

    def sink(event: events.Event) -> None:
        if isinstance(event, events.CanaryStarted):
            signaled.append(event.at)
            interruption("SIGINT")

    story = tell(
        prepare=_leave_registered, group_settings=settings, sink=sink, interruption=interruption
    )
    assert isinstance(story.outcome, Interrupted)
    (swept,) = story.all(events.CanarySwept)
    assert (swept.at - signaled[0]).total_seconds() < 90


def test_a_dead_rollouts_canary_on_an_instance_frees_its_place_first() -> None:
    story = tell("ec2-host", prepare=_leave_on_an_instance)
    assert isinstance(story.outcome, Promoted)
    (started,) = story.all(events.CanaryStarted)
    (swept,) = story.all(events.CanarySwept)
    assert swept.at <= started.at
