"""Given a service in target groups of VPC Lattice, when it is rolled out, its canary joins them."""

from __future__ import annotations

import pytest

from cage.model.events import CanaryDeregistered, CanaryRegistered, CheckPassed, Verified
from cage.model.outcome import Aborted, Promoted, Severity
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from tests.stories import Story, tell

_SHAPES = ("fargate-lattice", "fargate-balancer-and-lattice")


def _arns(story: Story) -> list[str]:
    return [event.target_group_arn for event in story.all(CanaryRegistered)]


@pytest.mark.parametrize("shape", _SHAPES)
def test_the_canary_is_asked_for_in_every_target_group(shape: str) -> None:
    story = tell(shape)
    assert isinstance(story.outcome, Promoted)
    assert any(":vpc-lattice:" in arn for arn in _arns(story))
    assert len(_arns(story)) == len(story.act.stage.service.load_balancers)
    healthy = next(e for e in story.all(CheckPassed) if e.check == "target-health")
    assert "tg-0123456789abcdef0" in healthy.message


def test_it_drains_as_long_as_vpc_lattice_takes() -> None:
    story = tell("fargate-lattice")
    (left,) = story.all(CanaryDeregistered)
    assert left.drain_s == 60.0
    group = story.act.stage.world.groups.get(left.target_group_arn)
    assert len(group.targets) == 3


def test_its_targets_are_counted() -> None:
    act = tell("fargate-lattice").act
    assert act.result is not None
    counted = act.result.availability
    assert counted is not None
    assert (counted.targets, counted.healthy_before, counted.fewest_healthy) == (True, 3, 3)


@pytest.mark.parametrize("incident", ["unavailable", "wrong-port", "security-group"])
def test_a_canary_that_is_not_healthy_there_is_not_promoted(incident: str) -> None:
    story = tell("fargate-lattice", incident)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "TargetUnhealthy"
    assert "VPC Lattice managed prefix list" in story.outcome.remedy
    assert "HealthCheckFailed" in story.outcome.message


def test_an_unused_target_group_is_reported_before_and_after_the_start() -> None:
    def unused(stage: Stage) -> None:
        for group in stage.world.groups.groups.values():
            group.in_use = False

    story = tell("fargate-lattice", prepare=unused)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "TargetUnused"
    assert "VPC Lattice service" in story.outcome.remedy
    (verified,) = story.all(Verified)
    warned = [f for f in verified.findings if f.severity is Severity.WARNING]
    assert ["no listener forwards" in f.message for f in warned] == [True]


def test_incidents_about_target_groups_can_happen_there() -> None:
    needs = [i for i in CATALOG.values() if i.inapplicable(SHAPES["fargate-no-balancer"]().stage())]
    stage = SHAPES["fargate-lattice"]().stage()
    possible = {incident.name for incident in needs if incident.inapplicable(stage) is None}
    assert {"deny-register-targets", "somebody-deregisters-it", "deny-target-health"} <= possible
