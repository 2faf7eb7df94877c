"""Logs and metrics of the simulated AWS: when they come, and how they are paged."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cage.model.outcome import Promoted
from cage.rehearsal.samples import sample
from ecs_simulator import Simulator
from ecs_simulator.operations import OPERATIONS
from ecs_simulator.operations.times import stamp
from ecs_simulator.world import ApiError, World
from ecs_simulator.world.log_streams import LogStreams
from tests.ecs_simulator.stages import up
from tests.stories import tell

KEY = ("group", "stream")


def read(world: World, **params: Any) -> dict[str, Any]:
    stream = {"logGroupName": "group", "logStreamName": "stream"}
    return OPERATIONS["logs"]["GetLogEvents"](world, {**stream, **params})


def written(count: int) -> World:
    world = World()
    for number in range(count):
        world.tasks.logs.write(KEY, 0.0, f"line {number}")
    world.run_until(10.0)
    return world


def test_a_line_is_shown_once_the_driver_has_sent_it() -> None:
    logs = LogStreams(0)
    logs.begin(KEY, 100.0)
    logs.write(KEY, 101.0, "a")
    assert logs.shown(KEY, 105.0) == []
    assert [line.text for line in logs.shown(KEY, 107.5) or []] == ["a"]


def test_what_a_container_wrote_is_sent_at_once_when_it_ends() -> None:
    logs = LogStreams(0)
    logs.begin(KEY, 100.0)
    logs.write(KEY, 100.1, "first")
    logs.write(KEY, 100.2, "last", ends=True)
    assert [line.text for line in logs.shown(KEY, 102.3) or []] == ["first", "last"]


def test_no_line_overtakes_an_earlier_one() -> None:
    for seed in range(20):
        logs = LogStreams(seed)
        for number in range(50):
            logs.write(KEY, number * 0.7, str(number))
        for now in range(45):
            shown = [line.text for line in logs.shown(KEY, float(now)) or []]
            assert shown == [str(number) for number in range(len(shown))]


def test_a_stream_that_nobody_writes_to_is_not_there() -> None:
    with pytest.raises(ApiError) as caught:
        read(World())
    assert caught.value.code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "identifier", ["group", "arn:aws:logs:us-east-1:123456789012:log-group:group:*"]
)
def test_a_log_group_is_named_or_identified_but_not_both(identifier: str) -> None:
    world, asked = written(1), {"logGroupIdentifier": identifier}
    assert len(read(world, logGroupName=None, **asked)["events"]) == 1
    with pytest.raises(ApiError, match="Exactly one"):
        read(world, **asked)
    with pytest.raises(ApiError, match="Exactly one"):
        read(world, logGroupName=None)


def test_an_answer_that_is_lost_may_be_a_refusal() -> None:
    """A read of a stream that isn't there yet, whose answer never comes, is only unanswered."""
    story = tell("fargate-asked", "lost-answers")
    assert isinstance(story.outcome, Promoted)


def test_pages_lead_to_the_end_whose_token_comes_back() -> None:
    world = written(25)
    found: list[str] = []
    token = ""
    for _ in range(10):
        more = {"nextToken": token} if token else {}
        page = read(world, startFromHead=True, limit=10, **more)
        found += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    else:
        raise AssertionError("no end")
    assert found == [f"line {number}" for number in range(25)]


def test_the_first_page_from_the_head_may_be_empty() -> None:
    assert read(written(5), startFromHead=True)["events"] == []


def test_the_end_of_a_stream_is_read_and_pages_back() -> None:
    world = written(25)
    last = read(world, limit=3)
    assert [event["message"] for event in last["events"]] == ["line 22", "line 23", "line 24"]
    before = read(world, limit=3, nextToken=last["nextBackwardToken"])
    assert [event["message"] for event in before["events"]] == ["line 19", "line 20", "line 21"]


def test_a_forward_token_is_only_taken_from_the_head() -> None:
    world = written(5)
    token = read(world, startFromHead=True)["nextForwardToken"]
    for params in ({"nextToken": token}, {"nextToken": "x", "startFromHead": True}):
        with pytest.raises(ApiError) as caught:
            read(world, **params)
        assert caught.value.code == "InvalidParameterException"


def points(world: World, start_s: float, end_s: float, **also: Any) -> list[tuple[float, float]]:
    metric = {"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "A", "Value": "b"}]}
    query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    answer = OPERATIONS["cloudwatch"]["GetMetricData"](
        world,
        {
            "MetricDataQueries": [query],
            "StartTime": stamp(start_s),
            "EndTime": stamp(end_s),
            **also,
        },
    )
    (found,) = answer["MetricDataResults"]
    times = [(at - stamp(0)).total_seconds() for at in found["Timestamps"]]
    return list(zip(times, found["Values"], strict=True))


@pytest.mark.parametrize("seed", range(10))
def test_a_datapoint_grows_until_it_is_whole_two_minutes_after_its_period(seed: int) -> None:
    world = World(seed)
    world.metrics.tell("Sum N M A=b", 60.0, 0.0)
    seen = []
    for now in range(60, 300, 10):
        world.run_until(float(now))
        seen.append(dict(points(world, 60, 120)).get(60.0, 0.0))
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert any(0 < value < 60 for value in seen)
    world.run_until(300.0)
    assert points(world, 60, 120) == [(60.0, 60.0)]
    assert points(world, 60, 119.0) == [(60.0, 60.0)]
    assert points(world, 61, 120) == []


def test_the_newest_datapoint_comes_first_unless_asked_otherwise() -> None:
    world = World()
    world.metrics.tell("Sum N M A=b", 1.0, 0.0)
    world.run_until(1000.0)
    newest = points(world, 0, 180)
    assert [at for at, _ in newest] == [120, 60, 0]
    assert points(world, 0, 180, ScanBy="TimestampAscending") == newest[::-1]


def test_a_metric_that_nobody_told_of_has_no_datapoints() -> None:
    world = World()
    world.metrics.tell("another", 1.0, 0.0)
    world.run_until(1000.0)
    assert points(world, 0, 600) == []
    with pytest.raises(ApiError):
        points(world, 600, 600)


def test_a_container_that_starts_has_a_log_stream() -> None:
    stage = up("fargate-asked")
    task = stage.service.tasks[0]
    world = stage.world
    assert world.tasks.logs.shown(("/ecs/web", f"web/web/{task.id}"), world.now) is not None
    assert world.tasks.logs.shown(("/ecs/web", f"web/web/{task.id}x"), world.now) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "ready",
        r"listening on port \d+",
        r"^\s*\[(INFO|WARN)\] .* started in [0-9.]+s$",
        r"(?i)server \w+ (?:is )?up[!.]?",
        r"[^a-z]{3}",
        r"(\w)-\1",
        r"(?P<name>a+?)b*",
        r"\bmigrations? (?P<n>\d{2,}) applied\b",
        "a(?>b|c)d",
        r"[^\d\s]",
        r"^[^\w]$",
        r"^[^\S]$",
    ],
)
def test_a_line_is_made_for_what_must_be_logged(pattern: str) -> None:
    compiled = re.compile(pattern)
    text = sample(compiled)
    assert text is not None
    assert compiled.search(text)


def test_no_line_is_made_where_that_is_not_easy() -> None:
    assert sample(re.compile("a(?=b)c*(?<=ab)")) is None


def test_alarms_that_clients_put_are_described_with_those_of_the_world() -> None:
    simulator = Simulator(seed=1)
    cloudwatch = simulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        Namespace="web",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="tried")

    def states(*names: str) -> dict[str, str]:
        asked = {"AlarmNames": names} if names else {}
        found = cloudwatch.describe_alarms(**asked)["MetricAlarms"]
        return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found}

    assert states("errors") == {"errors": "ALARM"}
    simulator.world.alarms.states["latency"] = "OK"
    assert states() == {"errors": "ALARM", "latency": "OK"}
    assert states("errors") == {"errors": "ALARM"}
    assert states("latency", "none-such") == {"latency": "OK"}
    assert simulator.world.alarms.state("errors") == "ALARM"
