"""A signal at any moment leaves nothing behind, and the last word is true."""

from __future__ import annotations

import pytest

from cage import events
from cage.interruption import CLEAN_UP_S, Interruption
from cage.outcome import Interrupted, Promoted
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


def test_a_second_signal_gives_up_and_says_what_is_left() -> None:
    interruption = Interruption()

    def sink(event: events.Event) -> None:
        if isinstance(event, events.CheckPassed) and event.check == "target-health":
            interruption("SIGTERM")
        if isinstance(event, events.CanaryDeregistered):
            interruption("SIGTERM")

    story = tell("fargate", interruption=interruption, sink=sink)
    assert isinstance(story.outcome, Interrupted)
    assert story.outcome.signal == "SIGTERM"
    (failed,) = story.all(events.CleanUpFailed)
    assert story.act.result is not None
    assert story.act.result.left_behind == failed.left
    assert "aws ecs stop-task" in failed.left[0]
