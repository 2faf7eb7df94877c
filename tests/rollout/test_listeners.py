"""Given a service that shifts traffic, when its listener rules were changed, it is refused."""

from __future__ import annotations

import pytest

from cage.model.events import CanaryRegistered, Verified
from cage.model.outcome import Aborted, Promoted, Severity
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from tests.stories import Story, tell

_SHIFTING = ("fargate-blue-green", "fargate-network-blue-green", "fargate-lattice-canary")


def _found(story: Story) -> list[tuple[Severity, str]]:
    (verified,) = story.all(Verified)
    return [(f.severity, f.message) for f in verified.findings if f.verification == "listeners"]


@pytest.mark.parametrize("shape", _SHIFTING)
def test_a_rule_that_gives_all_traffic_to_one_side_passes(shape: str) -> None:
    story = tell(shape)
    assert isinstance(story.outcome, Promoted)
    assert [severity for severity, _ in _found(story)] == [Severity.PASSED]
    counted = story.act.result.availability if story.act.result else None
    assert counted is not None
    assert counted.fewest_healthy == counted.desired


@pytest.mark.parametrize("shape", _SHIFTING)
@pytest.mark.parametrize(
    ("incident", "words"),
    [
        ("weights-split", "ECS would roll the deployment back"),
        ("weights-swapped", "the service's tasks are in"),
        ("rule-forwards-elsewhere", "gives traffic to other, not to"),
    ],
)
def test_changed_weights_are_found_before_anything_starts(
    shape: str, incident: str, words: str
) -> None:
    story = tell(shape, incident)
    assert isinstance(story.outcome, Aborted)
    assert words in story.outcome.message
    assert story.all(CanaryRegistered) == []


def test_a_target_group_that_no_rule_has_is_found() -> None:
    def forget(stage: Stage) -> None:
        for arn, forward in stage.world.listeners.all.items():
            stage.world.listeners.weigh(arn, {forward.serving[0]: 100})

    story = tell("fargate-network-blue-green", prepare=forget)
    assert isinstance(story.outcome, Aborted)
    assert "no listener rule of the service forwards to target group green" in story.outcome.message


@pytest.mark.parametrize("shape", _SHIFTING)
def test_a_rule_that_was_deleted_is_found(shape: str) -> None:
    def delete(stage: Stage) -> None:
        stage.world.listeners.all.clear()

    story = tell(shape, prepare=delete, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "listeners: " in story.outcome.message
    assert "not" in story.outcome.message


def test_where_the_rules_may_not_be_read_ecs_s_record_counts() -> None:
    def deny(stage: Stage) -> None:
        stage.simulator.faults.refuse("DescribeRules", code="AccessDenied")

    story = tell("fargate-blue-green", prepare=deny)
    assert isinstance(story.outcome, Promoted)
    ((severity, _),) = _found(story)
    assert severity is Severity.NOT_CHECKED


def test_tasks_that_no_rule_reaches_do_not_count_as_serving() -> None:
    story = tell("fargate-blue-green", "weights-swapped", verify=False, holds=False)
    assert story.act.result is not None
    counted = story.act.result.availability
    assert counted is not None
    assert counted.healthy_before == 0


def test_only_services_whose_traffic_moves_have_such_rules() -> None:
    stage = SHAPES["fargate"]().stage()
    assert CATALOG["weights-split"].inapplicable(stage) is not None
    assert _found(tell("fargate")) == []
