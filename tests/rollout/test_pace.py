"""Given a service, when it is rolled out, then cage takes little time and few calls of its own."""

from __future__ import annotations

import pytest

from benchmarks import own_time
from cage.model import events
from cage.model.outcome import Promoted
from cage.options.timeouts import Timeouts
from cage.rehearsal.shapes import SHAPES
from tests.stories import Story, tell

_USUAL_DRAIN_S = 300.0
_SEEN_WITHIN_S = 10.0


def _draining(drain_s: float, shape: str = "fargate", **differences: object) -> Story:
    settings = {**SHAPES[shape]().group_settings, "deregistration_delay_s": drain_s}
    story = tell(shape, group_settings=settings, **differences)  # type: ignore[arg-type]
    assert isinstance(story.outcome, Promoted)
    return story


@pytest.mark.parametrize("seed", range(12))
def test_a_rollout_costs_little_beside_what_ecs_and_elb_take(seed: int) -> None:
    story = _draining(_USUAL_DRAIN_S, seed=seed)
    took = own_time.of(story.act, _USUAL_DRAIN_S)
    assert 0 < took.own_s <= 25
    assert took.own_s <= 0.06 * took.theirs_s
    assert len(story.act.calls) <= 140


@pytest.mark.parametrize("drain_s", [10.0, 30.0, _USUAL_DRAIN_S, 600.0])
@pytest.mark.parametrize("shape", ["fargate", "fargate-two-groups", "fargate-checked"])
def test_the_canary_drains_as_soon_as_a_new_task_is_healthy(shape: str, drain_s: float) -> None:
    for seed in (0, 1, 3, 5):
        took = own_time.of(_draining(drain_s, shape, seed=seed).act, drain_s)
        assert took.late_s < _SEEN_WITHIN_S


def test_a_long_bake_time_does_not_delay_the_drain() -> None:
    story = _draining(30.0, timeouts=Timeouts(bake_s=1800))
    assert own_time.of(story.act, 30.0).late_s < _SEEN_WITHIN_S


def test_a_canary_without_load_balancer_stops_once_the_new_tasks_run() -> None:
    story = tell("fargate-no-balancer")
    ran = [e for e in story.all(events.DeploymentProgressed) if e.running_count == 3]
    (stopped,) = story.all(events.CanaryStopped)
    assert (stopped.at - ran[0].at).total_seconds() < 40


def test_nobody_looks_at_a_drain_that_goes_on() -> None:
    story = _draining(_USUAL_DRAIN_S)
    assert story.act.calls.count("DescribeTargetHealth") < 30


def test_a_canary_that_serves_until_all_new_tasks_do_costs_no_time_of_cages_own() -> None:
    for seed in range(3):
        story = _draining(_USUAL_DRAIN_S, "fargate-tight", seed=seed)
        took = own_time.of(story.act, _USUAL_DRAIN_S)
        assert took.own_s <= 0.06 * took.theirs_s
        assert took.late_s < 2 * _SEEN_WITHIN_S
