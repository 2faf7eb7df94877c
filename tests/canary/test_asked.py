"""What flags and `cage.json` may ask for, and what is said of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cage.canary.checks import asked
from cage.canary.checks.command import CommandSettings
from cage.canary.checks.http import HttpSettings
from cage.canary.checks.logs import LogsSettings
from cage.canary.checks.metrics import MetricSettings
from cage.model.errors import UsageError
from cage.model.telemetry import Metric


def test_nothing_said_asks_nothing() -> None:
    found = asked({"bake": 5})
    assert found.http == ()
    assert found.commands == ()
    assert found.longest_s == 0


def test_everything_that_may_be_said_is_read() -> None:
    found = asked(
        {
            "http": [
                {},
                {
                    "path": "/a?b=c",
                    "port": 81,
                    "method": "HEAD",
                    "headers": {"X": "y"},
                    "tls": True,
                    "status": "200,300-302",
                    "body": "o+k",
                    "requests": 7,
                    "percentile": 50,
                    "within": 0.5,
                    "timeout": 2,
                    "tries": 3,
                },
            ],
            "command": [{"run": ["a", "b"], "timeout": 9}],
            "logs": [
                {"must": ["up", "up"], "container": "app", "timeout": 9},
                {"must_not": ["(?i)error", "panic"]},
            ],
            "metrics": [
                {
                    "namespace": "AWS/ECS",
                    "metric": "CPUUtilization",
                    "dimensions": {"ServiceName": "{service}"},
                    "statistic": "p99",
                    "comparison": ">=",
                    "threshold": 0.5,
                    "period": 300,
                    "datapoints": 2,
                    "timeout": 1200,
                },
                {
                    "expression": "a / b",
                    "metrics": {
                        "a": {"namespace": "N", "metric": "A", "statistic": "Sum"},
                        "b": {"namespace": "N", "metric": "B"},
                    },
                    "comparison": "<",
                    "threshold": 1,
                },
            ],
            "alarms": ["x", "y", "x"],
        }
    )
    assert found.logs == (
        LogsSettings((re.compile("up"),), container="app", timeout_s=9.0),
        LogsSettings(must_not=(re.compile("(?i)error"), re.compile("panic"))),
    )
    cpu = Metric("AWS/ECS", "CPUUtilization", {"ServiceName": "{service}"}, "p99")
    assert found.metrics == (
        MetricSettings(">=", 0.5, {"value": cpu}, datapoints=2, period_s=300, timeout_s=1200.0),
        MetricSettings(
            "<", 1.0, {"a": Metric("N", "A", {}, "Sum"), "b": Metric("N", "B")}, "a / b"
        ),
    )
    assert found.alarms == ("x", "y")
    assert found.commands == (CommandSettings(("a", "b"), 9.0),)
    assert found.http[0] == HttpSettings()
    assert found.http[1] == HttpSettings(
        "/a?b=c",
        81,
        "HEAD",
        {"X": "y"},
        tls=True,
        status=((200, 200), (300, 302)),
        body=re.compile("o+k"),
        requests=7,
        percentile=50.0,
        within_s=0.5,
        timeout_s=2.0,
        tries=3,
    )


def _metric(**differences: Any) -> dict[str, Any]:
    """A metrics check with differences; None takes a key away."""
    good = {"namespace": "N", "metric": "M", "comparison": "<", "threshold": 1}
    said = {key: value for key, value in {**good, **differences}.items() if value is not None}
    return {"metrics": [said]}


def test_how_long_checks_may_take_is_the_sum_of_them() -> None:
    one, two = asked({"http": [{}]}), asked({"http": [{}], "logs": [{"must": ["a"]}]})
    three = asked({"http": [{}], "logs": [{"must": ["a"]}], **_metric()})
    assert 0 < one.longest_s < two.longest_s < three.longest_s
    assert two.longest_s - one.longest_s >= 300


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({"http": [{"path": "health"}]}, "checks.http[0].path is not a path"),
        ({"http": [{"path": "/a b"}]}, "checks.http[0].path is not a path"),
        ({"http": [{}, {"port": 0}]}, "checks.http[1].port is 0"),
        ({"http": [{"status": "2xx"}]}, "checks.http[0].status is not 200 or 200-299"),
        ({"http": [{"body": "("}]}, "checks.http[0].body is no regular expression"),
        ({"http": [{"headers": {"X": "a\r\nB: c"}}]}, "checks.http[0].headers.X is not one line"),
        ({"http": [{"headers": {"a b": "c"}}]}, "checks.http[0].headers"),
        ({"http": [{"method": "GET /"}]}, "checks.http[0].method is not"),
        ({"http": [{"requests": 0}]}, "checks.http[0].requests is 0"),
        ({"http": [{"percentile": 101}]}, "checks.http[0].percentile is 101"),
        ({"logs": [{}]}, "checks.logs[0].must and must_not name no pattern"),
        ({"logs": [{"must": ["("]}]}, "checks.logs[0].must is no regular expression"),
        ({"logs": [{"must_not": [""]}]}, "checks.logs[0].must_not has an empty pattern"),
        ({"logs": [{"must": ["a"], "timeout": 0}]}, "checks.logs[0].timeout is 0"),
        (_metric(comparison="="), "checks.metrics[0] has comparison '='"),
        (_metric(namespace=""), "checks.metrics[0].namespace is not a namespace"),
        (_metric(metric=None), "checks.metrics[0].metric is not a metric's name"),
        (_metric(statistic="p 99"), "checks.metrics[0].statistic is not a statistic"),
        (_metric(threshold=None), "checks.metrics[0].threshold is missing"),
        (_metric(period=90), "checks.metrics[0] has period 90"),
        (_metric(datapoints=0), "checks.metrics[0].datapoints is 0"),
        (_metric(dimensions={"A": "{task}"}), "checks.metrics[0] has a placeholder {task}"),
        (
            _metric(expression="A / 2", metrics={"A": {"namespace": "N", "metric": "M"}}),
            "checks.metrics[0] calls a metric 'A'",
        ),
        (
            _metric(expression="a / 2", metrics={"a": {"namespace": "N"}}),
            "checks.metrics[0].metrics.a.metric is not",
        ),
        ({"command": [{"run": []}]}, "checks.command[0].run names no program"),
        ({"command": [{"run": ["a"], "timeout": 0}]}, "checks.command[0].timeout is 0"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_place(checks: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(checks)
    assert caught.value.what.startswith(said)
    assert caught.value.next_step
