"""What the canary stands on is taken away by others: it goes all the same, and hurts nobody."""

from __future__ import annotations

from cage.outcome import Aborted
from cage.simulator.incidents.making import canary_of, on_call
from cage.simulator.stage import Stage
from cage.simulator.world import ApiError
from tests.stories import tell


def _no_such_group(_stage: Stage) -> None:
    raise ApiError("TargetGroupNotFound", "One or more target groups not found")


def test_a_target_group_that_is_deleted_during_the_checks_keeps_no_canary_running() -> None:
    gone = on_call(("DescribeTargetHealth", "DeregisterTargets"), _no_such_group)
    story = tell(prepare=gone, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert story.act.result is not None
    assert story.act.result.left_behind == ()
    assert [task.last_status for task in canary_of(story.act.stage)] == ["STOPPED"]
