"""Flags that ask for checks, and `cage.json` beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cage.canary.checks import asked
from cage.canary.checks.metrics import MetricSettings
from cage.cli import check_flags
from cage.model.errors import UsageError
from cage.model.telemetry import Metric

CPU = "Average AWS/ECS CPUUtilization ClusterName={cluster} ServiceName={service} < 80"
CAGE = Path(sys.executable).with_name("cage")
WEB = Path(__file__).parents[2] / "examples" / "web"


def test_flags_say_what_cage_json_would() -> None:
    said = check_flags.said(
        {
            "http": ("/health", ":81/x"),
            "command": ("./smoke.sh 'a b'",),
            "log_must": ("ready",),
            "log_must_not": ("ERROR", "panic"),
            "metrics": (CPU,),
            "alarms": ("web-5xx",),
        },
        {"bake": 5},
    )
    dimensions = {"ClusterName": "{cluster}", "ServiceName": "{service}"}
    assert said == {
        "bake": 5,
        "http": [{"path": "/health"}, {"path": "/x", "port": 81}],
        "command": [{"run": ["./smoke.sh", "a b"]}],
        "logs": [{"must": ("ready",), "must_not": ("ERROR", "panic")}],
        "metrics": [
            {
                "statistic": "Average",
                "namespace": "AWS/ECS",
                "metric": "CPUUtilization",
                "dimensions": dimensions,
                "comparison": "<",
                "threshold": 80.0,
            }
        ],
        "alarms": ("web-5xx",),
    }
    (cpu,) = asked(said).metrics
    metric = Metric("AWS/ECS", "CPUUtilization", dimensions, "Average")
    assert cpu == MetricSettings("<", 80.0, {"value": metric})


def test_a_flag_beats_the_file_for_its_own_kind_only() -> None:
    filed = {"logs": [{"must": ["a"]}], "alarms": ["x"], "http": [{"path": "/a"}]}
    said = check_flags.said({"log_must_not": ("b",), "http": ()}, filed)
    assert said == {**filed, "logs": [{"must_not": ("b",)}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Average AWS/ECS CPUUtilization",
        "Average AWS/ECS CPUUtilization < many",
        "Average AWS/ECS CPUUtilization ServiceName < 80",
        "Average AWS/ECS CPUUtilization ServiceName= < 80",
        "Average AWS/ECS 'CPUUtilization < 80",
    ],
)
def test_a_metric_that_cannot_be_read_is_named_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_flags.metric(text)
    assert caught.value.what.startswith("--metric can't be read")
    assert caught.value.next_step


def test_a_rehearsal_with_every_flag_asks_every_check_and_promotes() -> None:
    flags = [
        *("--http", "/health", "--command", "./smoke.sh", "--log-must", r"listening on \d+"),
        *("--log-must-not", "ERROR", "--metric", CPU, "--alarm", "web-5xx", "--bake", "30"),
    ]
    done = subprocess.run(
        [CAGE, "rehearse", WEB, *flags], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    for check in ("http", "command", "logs", "metrics", "bake"):
        assert f"passed {check}: " in done.stdout
    assert "Promoted" in done.stdout


def test_an_incident_of_a_check_that_is_not_asked_for_does_not_apply() -> None:
    done = subprocess.run(
        [CAGE, "rehearse", WEB, "--incident", "alarm-in-bake", "--incident", "log-error"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "doesn't apply: no alarm is asked for" in done.stdout
    assert "doesn't apply: no logs check that forbids a line is asked for" in done.stdout
