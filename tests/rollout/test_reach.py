"""Given a service that is reached in other ways than a canary, then its rollout says so."""

from __future__ import annotations

import pytest

from cage.aws import translate
from cage.canary.reach import beyond, said
from cage.model.events import DeploymentProgressed, Noticed, Verified
from cage.model.outcome import Aborted, Promoted, Severity
from tests.stories import Story, tell

_PLACES = "Service Connect, gateway connector admin or Cloud Map srv-0123456789abcdef"


def _noticed(story: Story, word: str) -> list[str]:
    return [event.message for event in story.all(Noticed) if word in event.message]


@pytest.mark.parametrize("shape", ["fargate-connect", "fargate-connect-blue-green"])
def test_one_line_before_the_canary_says_by_what_it_gets_no_requests(shape: str) -> None:
    story = tell(shape)
    assert isinstance(story.outcome, Promoted)
    (line,) = _noticed(story, "gets no requests")
    assert _PLACES in line
    (verified,) = story.all(Verified)
    (found,) = (f for f in verified.findings if f.verification == "reach")
    assert (found.severity, _PLACES in found.message) == (Severity.NOT_CHECKED, True)
    assert not _noticed(story, "fails only as a canary")


def test_a_shift_by_service_connect_is_followed_through_its_stages() -> None:
    story = tell("fargate-connect-blue-green")
    shares = [e.traffic_percent for e in story.all(DeploymentProgressed)]
    assert shares[0] == 0.0
    assert shares[-1] == 100.0
    stages = [e.stage for e in story.all(DeploymentProgressed)]
    assert "BAKE_TIME" in stages


def test_a_failure_that_can_come_from_there_is_explained() -> None:
    story = tell("fargate-connect", "needs-service-connect")
    assert isinstance(story.outcome, Aborted)
    assert len(_noticed(story, "is not in Service Connect")) == 1


def test_a_failure_that_cannot_come_from_there_is_not_suspected() -> None:
    assert not _noticed(tell("fargate-connect", "bad-image"), "is not in Service Connect")
    assert not _noticed(tell("fargate", "essential-exit"), "Service Connect")


def test_a_classic_load_balancer_is_a_place_where_the_canary_is_not() -> None:
    balancer = {"loadBalancerName": "old", "containerName": "web", "containerPort": 80}
    service = translate.service(
        {"serviceArn": "x", "serviceName": "web", "loadBalancers": [balancer]}
    )
    assert service.load_balancers == ()
    assert said(beyond(service)) == (
        "the canary gets no requests by Classic Load Balancer old: only tasks of the service do"
    )
