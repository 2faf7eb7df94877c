"""A canary that Spot or its host takes is started again, also while it ran."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world import hosts
from tests.stories import Story, tell


def _takes(so: Callable[[events.Event], bool], times: int = 1) -> Callable[[Stage], None]:
    """Let Spot take the canary at an event, so many times."""

    def prepare(stage: Stage) -> None:
        left = [None] * times

        def heard(event: events.Event) -> None:
            if so(event) and left:
                left.pop()
                (canary,) = [t for t in canary_of(stage) if not t.stopping]
                stage.world.engine.after(1.0, lambda: hosts.interrupt(stage.world, canary))

        stage.listeners.append(heard)

    return prepare


def _passed(check: str) -> Callable[[events.Event], bool]:
    return lambda event: isinstance(event, events.CheckPassed) and event.check == check


def _canaries(story: Story) -> int:
    return len(story.all(events.CanaryStarted))


@pytest.mark.parametrize("check", ["running", "address", "target-health"])
def test_spot_takes_a_canary_that_ran_and_the_next_one_is_promoted(check: str) -> None:
    story = tell("fargate-spot", prepare=_takes(_passed(check)))
    assert isinstance(story.outcome, Promoted)
    assert _canaries(story) == 2
    (again,) = story.all(events.CanaryRepeated)
    assert again.cause == "SpotInterrupted"


def test_spot_takes_a_canary_that_waits_for_approval_however_late_and_it_is_asked_again() -> None:
    checks = SHAPES["fargate-approve"]().request.checks

    def prepare(stage: Stage) -> None:
        stage.approves_after_s = 400.0
        _takes(lambda e: isinstance(e, events.ApprovalAwaited))(stage)

    story = tell("fargate-spot", prepare=prepare, checks=checks, holds=False)
    assert len(story.all(events.ApprovalAwaited)) == 2
    assert _canaries(story) == 2


def test_spot_that_takes_each_canary_ends_the_rollout_with_its_cause() -> None:
    story = tell("fargate-spot", prepare=_takes(_passed("running"), times=9))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "SpotInterrupted"
    assert _canaries(story) == 4
