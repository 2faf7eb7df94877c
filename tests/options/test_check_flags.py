"""Flags that request checks, and `cage.json` alongside them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cage.checks.requested.command import CommandSettings
from cage.checks.requested.http import HttpSettings
from cage.checks.requested.metrics import MetricSettings
from cage.model.errors import UsageError
from cage.model.telemetry import Metric
from cage.options.invocation import Invocation
from tests.command_line import run

CPU = "Average AWS/ECS CPUUtilization ClusterName={cluster} ServiceName={service} < 80"
FLAGS: dict[str, Any] = {
    "http": ("/health", ":81/x"),
    "command": ("./smoke.sh 'a b'",),
    "must": ("ready",),
    "must_not": ("ERROR", "panic"),
    "metrics": (CPU,),
    "alarms": ("web-5xx",),
}
EXAMPLE = f"'{CPU}'"
PLACE = {"cluster": "main", "service": "web", "task_definition_arn": "web:1"}


def test_flags_say_what_cage_json_would() -> None:
    said = Invocation(None, FLAGS, {}).requested()
    dimensions = {"ClusterName": "{cluster}", "ServiceName": "{service}"}
    metric = Metric("AWS/ECS", "CPUUtilization", dimensions, "Average")
    assert said.http == (HttpSettings("/health"), HttpSettings("/x", 81))
    assert said.commands == (CommandSettings(("./smoke.sh", "a b")),)
    (logs,) = said.logs
    assert [one.pattern for one in logs.must] == ["ready"]
    assert [one.pattern for one in logs.must_not] == ["ERROR", "panic"]
    assert said.metrics == (MetricSettings("<", 80.0, {"value": metric}),)
    assert said.alarms == ("web-5xx",)


def test_a_flag_overrides_the_file_for_its_own_kind_only(tmp_path: Path) -> None:
    filed = {"logs": [{"must": ["a"]}], "alarms": ["x"], "http": [{"path": "/a"}]}
    (tmp_path / "cage.json").write_text(json.dumps({"checks": filed}))
    said = Invocation(tmp_path, {"must_not": ("b",), "http": ()}, {}).requested()
    (logs,) = said.logs
    assert (logs.must, logs.must_not[0].pattern) == ((), "b")
    assert said.alarms == ("x",)
    assert said.http == (HttpSettings("/a"),)


def test_the_command_that_resumes_repeats_every_flag_and_says_the_same() -> None:
    more = {"approve": True, "approve_timeout": "60", "bake": "30", "floor": "75%"}
    request = Invocation(None, {**PLACE, **FLAGS, **more}, {}).request()
    command = request.resume_command
    for words in (
        "--http /health --http :81/x",
        "--command './smoke.sh '\"'\"'a b'\"'\"''",
        "--log-must ready --log-must-not ERROR --log-must-not panic",
        "--alarm web-5xx",
        "--approve --approve-timeout 60",
        "--bake 30",
        "--floor 75%",
    ):
        assert words in command
    again = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\n' {command.removeprefix('cage resume ')}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    metric = again[again.index("--metric") + 1]
    assert Invocation(None, {"metrics": (metric,)}, {}).requested().metrics == (
        request.checks.metrics
    )


def test_the_command_that_resumes_leaves_to_cage_json_what_that_says(tmp_path: Path) -> None:
    filed = {"floor": "2", "checks": {"alarms": ["x"], "bake": 9}, "on_failure": "keep"}
    (tmp_path / "cage.json").write_text(json.dumps(filed))
    request = Invocation(tmp_path, {**PLACE, "bake": "60"}, {}).request()
    assert request.on_failure == "keep"
    assert request.resume_command == (
        f"cage resume {tmp_path} --cluster main --service web --bake 60"
    )


def test_the_command_that_resumes_repeats_a_flag_that_overrides_cage_json(tmp_path: Path) -> None:
    filed = {"on_failure": "keep", "lock": True, "verify": False, "tfstate": "a.tfstate"}
    checks = {"bake": 60, "approve": {}, "logs": [{"must": ["ready"]}]}
    (tmp_path / "cage.json").write_text(json.dumps({**filed, "checks": checks}))
    flags = {**PLACE, "on_failure": "rollback", "bake": "0", "tfstate": ""}
    environ = {"CAGE_LOCK": "false", "CAGE_VERIFY": "true", "CAGE_APPROVE": "no"}
    call = Invocation(tmp_path, flags, environ)
    assert not call.findings
    request = call.request()
    assert request.resume_command == (
        "CAGE_VERIFY=true CAGE_LOCK=false CAGE_APPROVE=false "
        f"cage resume {tmp_path} --cluster main --service web "
        "--on-failure rollback --bake 0 --tfstate ''"
    )


def test_the_command_that_resumes_keeps_every_digit() -> None:
    request = Invocation(None, {**PLACE, "wait_for_turn": "1234567"}, {}).request()
    assert request.resume_command.endswith(" --wait-for-turn 1234567")


def test_the_command_that_resumes_says_no_verify_only_where_it_was_said() -> None:
    plain, unverified = (
        Invocation(None, {**PLACE, **said}, {}).request().resume_command
        for said in ({"verify": True}, {"verify": False})
    )
    assert "verify" not in plain
    assert unverified.endswith(" --no-verify")


@pytest.mark.parametrize(
    "text",
    [
        "Average AWS/ECS CPUUtilization",
        "Average AWS/ECS CPUUtilization < many",
        "Average AWS/ECS CPUUtilization ServiceName < 80",
        "Average AWS/ECS CPUUtilization ServiceName= < 80",
        "Average AWS/ECS 'CPUUtilization < 80",
    ],
)
def test_a_metric_that_cannot_be_read_is_told_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Invocation(None, {"metrics": (text,)}, {}).requested()
    assert caught.value.what.startswith("--metric can't be read")
    assert caught.value.next_step.endswith((f"like {EXAMPLE}.", "Close its quotes."))


def test_a_metric_with_an_unknown_placeholder_is_told_where_the_settings_are() -> None:
    with pytest.raises(UsageError) as caught:
        Invocation(None, {"metrics": ("Average A B x={foo} < 3",)}, {}).requested()
    assert "{foo}" in caught.value.what
    assert caught.value.next_step == "Run cage schema cage to see its keys."


def test_a_rehearsal_with_every_flag_asks_every_check_and_promotes() -> None:
    flags = [
        *("--http", "/health", "--command", "./smoke.sh", "--log-must", r"listening on \d+"),
        *("--log-must-not", "ERROR", "--metric", CPU, "--alarm", "web-5xx", "--bake", "30"),
    ]
    done = run("rehearse", "examples/web", *flags)
    assert done.returncode == 0, done.stderr
    for check in ("http", "command", "logs", "metrics", "bake"):
        assert f"passed {check}: " in done.stdout
    assert "Promoted" in done.stdout


def test_an_incident_of_a_check_that_is_not_requested_does_not_apply() -> None:
    for incident, why in {
        "alarm-in-bake": "no alarm is requested",
        "log-error": "no logs check that forbids a line is requested",
    }.items():
        done = run("rehearse", "examples/web", "--incident", "bad-image", "--incident", incident)
        assert done.returncode == 2
        assert done.stdout == ""
        assert f"Incident {incident} can't happen to service web: {why}." in done.stderr


def test_of_all_incidents_those_that_can_not_happen_say_why() -> None:
    done = run("rehearse", "examples/web", "--incident", "all")
    assert done.returncode == 0, done.stderr
    assert "doesn't apply: no alarm is requested" in done.stdout
