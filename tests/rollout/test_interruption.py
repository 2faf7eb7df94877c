"""A signal at any moment leaves nothing behind, and the last word is true."""

from __future__ import annotations

import asyncio

import pytest

from cage.model import events
from cage.model.outcome import Interrupted, Promoted
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.runtime.interruption import ATTENDED_DRAIN_S, CLEAN_UP_S, Interruption
from tests.stories import Story, tell

_EVENTS = len(tell("fargate").events)


def _interrupted_at(index: int, *, shape: str = "fargate", signal: str = "SIGINT") -> Story:
    interruption = Interruption()
    seen: list[events.Event] = []

    def sink(event: events.Event) -> None:
        seen.append(event)
        if len(seen) == index + 1:
            interruption(signal)

    return tell(shape, interruption=interruption, sink=sink)


@pytest.mark.parametrize("index", range(_EVENTS))
def test_a_signal_at_each_event_of_a_rollout(index: int) -> None:
    story = _interrupted_at(index)
    assert isinstance(story.outcome, Interrupted | Promoted)
    if isinstance(story.outcome, Interrupted):
        assert story.outcome.service_changed == ("UpdateService" in story.act.calls)


def test_the_clean_up_after_a_signal_is_bounded() -> None:
    for index in range(_EVENTS):
        story = _interrupted_at(index, shape="fargate-two-groups")
        assert story.act.result is not None
        signalled = story.events[min(index, len(story.events) - 1)].at
        assert (story.act.result.end_time - signalled).total_seconds() <= CLEAN_UP_S + 5


def _again_while_draining(times: int) -> Story:
    """Interrupt a rollout, and again while its canary drains."""
    interruption = Interruption()

    def sink(event: events.Event) -> None:
        if isinstance(event, events.CheckPassed) and event.check == "target-health":
            interruption("SIGTERM")
        if isinstance(event, events.CanaryDeregistered):
            for _ in range(times):
                interruption("SIGTERM")

    return tell("fargate", interruption=interruption, sink=sink)


def test_a_second_signal_stops_the_canary_without_waiting() -> None:
    story = _again_while_draining(1)
    assert isinstance(story.outcome, Interrupted)
    assert story.act.result is not None
    assert story.act.result.left_behind == ()
    (gone,) = story.all(events.CanaryDeregistered)
    assert (story.act.result.end_time - gone.at).total_seconds() < 1.0
    notices = [n.message for n in story.all(events.Noticed)]
    assert any("ECS is still stopping canary task" in text for text in notices)


def test_a_third_signal_gives_up_and_says_what_is_left() -> None:
    story = _again_while_draining(2)
    assert isinstance(story.outcome, Interrupted)
    assert story.outcome.signal == "SIGTERM"
    (failed,) = story.all(events.CleanUpFailed)
    assert story.act.result is not None
    assert story.act.result.left_behind == failed.left
    assert "aws ecs stop-task" in failed.left[0]


@pytest.mark.parametrize("after_s", [1.0, 10.4, 10.6, 12.0, 14.0, 20.0, 100.0])
def test_a_signal_while_the_canary_drains_leaves_nothing_behind(after_s: float) -> None:
    interruption = Interruption()

    def prepare(stage: Stage) -> None:
        stage.approves_after_s = None
        stage.latency_s = lambda: 4.0

    def sink(event: events.Event) -> None:
        if isinstance(event, events.CanaryDeregistered):
            asyncio.get_running_loop().call_later(after_s, interruption, "SIGTERM")

    settings = {**SHAPES["fargate-approve"]().group_settings, "deregistration_delay_s": 300.0}
    story = tell(
        "fargate-approve",
        prepare=prepare,
        interruption=interruption,
        sink=sink,
        holds=False,
        group_settings=settings,
    )
    assert story.act.result is not None
    assert story.act.result.left_behind == ()
    assert interruption.signal == "SIGTERM"
    (gone,) = story.all(events.CanaryDeregistered)
    (stopped,) = story.all(events.CanaryStopped)
    assert (stopped.at - gone.at).total_seconds() < max(ATTENDED_DRAIN_S, after_s) + 40
