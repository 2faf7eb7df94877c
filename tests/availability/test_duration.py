"""How long a deployment takes: its waves, its drains, and how long cage waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from cage.availability.duration import (
    LEAST_PATIENCE_S,
    Waves,
    course,
    patience_s,
    pauses_s,
    waves,
)
from cage.aws import translate
from cage.model.outcome import Promoted
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.rehearsal.shapes import SHAPES
from tests.stories import tell


@pytest.mark.parametrize(
    ("desired", "least", "most", "steps"),
    [
        (1, 1, 2, Waves(1, 1)),
        (3, 3, 6, Waves(1, 1)),
        (3, 3, 4, Waves(3, 3)),
        (10, 10, 11, Waves(10, 10)),
        (3, 2, 3, Waves(3, 3, stops_first=True)),
        (4, 2, 4, Waves(2, 2, stops_first=True)),
        (2, 0, 2, Waves(1, 1, stops_first=True)),
        (0, 0, 0, Waves(0, 0)),
    ],
)
def test_a_deployment_goes_in_as_many_waves_as_its_percents_leave_room(
    desired: int, least: int, most: int, steps: Waves
) -> None:
    assert waves(desired, least, most) == steps


def test_percents_that_leave_no_room_end_the_count() -> None:
    assert waves(3, 3, 3) == Waves(0, 0)


def _service(desired: int = 3, **configuration: Any) -> Service:
    return translate.service(
        {
            "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
            "serviceName": "web",
            "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
            "status": "ACTIVE",
            "desiredCount": desired,
            "runningCount": desired,
            "pendingCount": 0,
            "taskDefinition": "web:1",
            "deployments": [],
            "events": [],
            "deploymentConfiguration": configuration,
        }
    )


def _group(drain_s: float) -> TargetGroup:
    return TargetGroup("arn", "web", "ip", "ipv4", drain_s, in_use=True)


def test_each_wave_starts_tasks_and_drains_others() -> None:
    at_once = course(_service(maximumPercent=200, minimumHealthyPercent=100), [_group(300)])
    in_turn = course(_service(maximumPercent=134, minimumHealthyPercent=100), [_group(300)])
    assert in_turn.total_s > at_once.total_s + 2 * 300
    assert at_once.first_s == in_turn.first_s < 60
    stopping = course(_service(maximumPercent=100, minimumHealthyPercent=50), [_group(300)])
    assert stopping.first_s > 300


def test_cage_waits_15_minutes_or_twice_what_the_deployment_needs() -> None:
    usual = _service(maximumPercent=200, minimumHealthyPercent=100)
    assert patience_s(None, usual, [_group(30)]) == LEAST_PATIENCE_S
    slow = _service(10, maximumPercent=110, minimumHealthyPercent=100)
    needed_s = course(slow, [_group(300)]).total_s
    assert needed_s > LEAST_PATIENCE_S
    assert 2 * needed_s <= patience_s(None, slow, [_group(300)]) < 2 * needed_s + 60
    assert patience_s(120, slow, [_group(300)]) == 120


@pytest.mark.parametrize(
    ("configuration", "pauses"),
    [
        ({}, 0),
        ({"bakeTimeInMinutes": 5}, 300),
        ({"alarms": {"enable": True, "alarmNames": ["a"]}}, 300),
        ({"alarms": {"enable": True, "alarmNames": ["a"]}, "bakeTimeInMinutes": 20}, 1200),
        ({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10}, 600),
        ({"strategy": "CANARY"}, 600),
        ({"strategy": "LINEAR"}, 9 * 360),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}}, 360),
    ],
)
def test_the_services_own_pauses_come_on_top(configuration: dict[str, Any], pauses: float) -> None:
    assert pauses_s(_service(**configuration)) == pauses


def test_a_deployment_of_many_waves_is_waited_for() -> None:
    percents = {"minimumHealthyPercent": 100, "maximumPercent": 110}
    service = {
        **SHAPES["fargate"]().service,
        "desiredCount": 10,
        "deploymentConfiguration": percents,
    }
    story = tell(service_definition=service, group_settings={"deregistration_delay_s": 300.0})
    assert isinstance(story.outcome, Promoted)
    assert story.act.took_s > 2 * LEAST_PATIENCE_S
