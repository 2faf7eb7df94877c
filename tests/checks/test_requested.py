"""What `cage.json` can request, and what is said of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cage.checks.requested.command import CommandSettings
from cage.checks.requested.http import HttpSettings
from cage.checks.requested.logs import LogsSettings
from cage.checks.requested.metrics import MetricSettings
from cage.checks.requests import Requested
from cage.model.telemetry import Metric
from cage.options.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def call(tmp_path: Path) -> Callable[[dict[str, Any]], Invocation]:
    """Call a command in a directory whose cage.json has these checks."""

    def made(checks: dict[str, Any]) -> Invocation:
        (tmp_path / "cage.json").write_text(json.dumps({"checks": checks}))
        return Invocation(tmp_path, {}, {})

    return made


@pytest.fixture
def asked(
    call: Callable[[dict[str, Any]], Invocation],
) -> Callable[[dict[str, Any]], Requested]:
    """Return what these checks of cage.json request."""

    def made(checks: dict[str, Any]) -> Requested:
        said = call(checks)
        assert said.findings == ()
        return said.requested()

    return made


def test_nothing_said_asks_nothing(asked: Callable[[dict[str, Any]], Requested]) -> None:
    found = asked({"bake": 5})
    assert found.http == ()
    assert found.commands == ()
    assert found.longest_s == 0


def test_everything_that_can_be_said_is_read(
    asked: Callable[[dict[str, Any]], Requested],
) -> None:
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


def test_how_long_checks_can_take_is_the_sum_of_them(
    asked: Callable[[dict[str, Any]], Requested],
) -> None:
    one, two = asked({"http": [{}]}), asked({"http": [{}], "logs": [{"must": ["a"]}]})
    three = asked({"http": [{}], "logs": [{"must": ["a"]}], **_metric()})
    assert 0 < one.longest_s < two.longest_s < three.longest_s
    assert two.longest_s - one.longest_s >= 300


@pytest.mark.parametrize(
    ("checks", "place", "said"),
    [
        ({"http": [{"path": "health"}]}, "http[0].path", "is not a path like /health"),
        ({"http": [{"path": "/a b"}]}, "http[0].path", "is not a path like /health"),
        ({"http": [{}, {"port": 0}]}, "http[1].port", "0 is out of range"),
        ({"http": [{"port": 65536}]}, "http[0].port", "from 1 to 65535"),
        ({"http": [{"status": "2xx"}]}, "http[0].status", "is not a range of status codes"),
        ({"http": [{"body": "("}]}, "http[0].body", "is not a regular expression"),
        ({"http": [{"headers": {"X": "a\r\nB: c"}}]}, "http[0].headers.X", "is not one line"),
        ({"http": [{"headers": {"a b": "c"}}]}, "http[0].headers", "is not a header's name"),
        ({"http": [{"method": "GET /"}]}, "http[0].method", "is not a method like GET"),
        ({"http": [{"requests": 0}]}, "http[0].requests", "0 is out of range"),
        ({"http": [{"percentile": 101}]}, "http[0].percentile", "from 1 to 100"),
        ({"logs": [{}]}, "logs[0]", "no pattern"),
        ({"logs": [{"must": ["("]}]}, "logs[0].must[0]", "is not a regular expression"),
        ({"logs": [{"must_not": [""]}]}, "logs[0].must_not[0]", "is empty"),
        ({"logs": [{"must": ["a"], "timeout": 0}]}, "logs[0].timeout", "0 is out of range"),
        (_metric(comparison="="), "metrics[0].comparison", '"="'),
        (_metric(namespace="a b"), "metrics[0].namespace", "is not a namespace"),
        (_metric(metric=None), "metrics[0]", "without namespace or name"),
        (_metric(statistic="p 99"), "metrics[0].statistic", "is not a statistic"),
        (_metric(threshold=None), "metrics[0].threshold", "is missing"),
        (_metric(period=90), "metrics[0]", "has period 90"),
        (_metric(datapoints=0), "metrics[0].datapoints", "0 is out of range"),
        (_metric(dimensions={"A": "{task}"}), "metrics[0]", "has a placeholder {task}"),
        (
            _metric(expression="A / 2", metrics={"A": {"namespace": "N", "metric": "M"}}),
            "metrics[0]",
            "calls a metric 'A'",
        ),
        (
            _metric(expression="a / 2", metrics={"a": {"namespace": "N"}}),
            "metrics[0].metrics.a.metric",
            "is missing",
        ),
        ({"command": [{"run": []}]}, "command[0]", "specifies no program"),
        ({"command": [{"run": ["a"], "timeout": 0}]}, "command[0].timeout", "0 is out of range"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_place(
    call: Callable[[dict[str, Any]], Invocation], checks: dict[str, Any], place: str, said: str
) -> None:
    found = [str(one) for one in call(checks).findings if one.severity == "error"]
    assert found, "nothing is said of it"
    assert found[0].startswith("cage.json:1:")
    assert f": checks.{place}: " in found[0]
    assert said in found[0]
