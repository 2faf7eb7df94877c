"""A rehearsal holds the very request that a rollout of the same files makes."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from cage.command.rehearse import script_of
from cage.knobs.knob import knobs_of
from cage.options.invocation import Invocation
from cage.options.request import Request
from tests.command_line import ROOT, run

if TYPE_CHECKING:
    from pathlib import Path

    from cage.rehearsal.script import Script

WEB = ROOT / "examples" / "web"
OTHERWISE = {
    "region": "us-east-1",
    "lock_as": "rehearsal",
    "revision": None,
    "sources.service_file": None,
    "sources.task_definition_file": None,
}
"""What a rehearsal has of its own: the simulated account knows no other Region or revision."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Files of a service without a circuit breaker."""
    service = json.loads((WEB / "service.json").read_text())
    del service["deploymentConfiguration"]["deploymentCircuitBreaker"]
    (tmp_path / "service.json").write_text(json.dumps(service))
    (tmp_path / "task-definition.json").write_text((WEB / "task-definition.json").read_text())
    return tmp_path


def script(files: Path, given: dict[str, Any], environ: dict[str, str]) -> Script:
    return script_of(Invocation(files, given, environ), seed=0)


def _values(request: Request) -> dict[str, Any]:
    found = {}
    for path, _ in knobs_of(Request):
        value: Any = request
        for name in path.split("."):
            value = getattr(value, name)
        found[path] = value
    return found


def test_each_setting_reaches_a_rehearsal_as_it_reaches_a_rollout(files: Path) -> None:
    given = {
        "floor": "50%",
        "update_service": True,
        "desired_count": "4",
        "verify": False,
        "wait_for_turn": "9",
        "on_failure": "keep",
        "on_pause": "leave",
        "on_timeout": "rollback",
        "lock": True,
        "canary_instance_arn": "auto",
        "allow_second_copy": True,
        "allow_active_alarms": True,
        "profile": "p",
        "task_running_timeout": "1",
        "task_health_check_timeout": "2",
        "bake": "5",
        "task_stopped_timeout": "3",
        "service_stable_timeout": "4",
        "bake_after": "6",
        "canary_task_idle_duration": "7",
        "endpoint_url": "http://127.0.0.1:9",
        "alarms": ("a",),
        "http": ("/x",),
        "approve": True,
        "tfstate": "t",
    }
    call = Invocation(files, given, {})
    rolled = call.request({"serviceName": "web", "cluster": "demo"}, {"family": "web"})
    rehearsed = script(files, given, {}).request
    expected = {**_values(rolled), **OTHERWISE}
    assert _values(rehearsed) == expected
    assert rehearsed.checks == rolled.checks
    usual = Request("", "", "")
    told = [path for path in expected if expected[path] == _values(usual)[path]]
    assert set(told) == {
        *("revision", "sources.service_file", "sources.task_definition_file"),
        *("sources.env_files", "sources.variables", "no_canary"),
    }, "give each other setting a value here"
    assert script(files, {"no_canary": True}, {}).request.no_canary


def test_variables_reach_it_too(files: Path) -> None:
    environ = {"CAGE_ON_FAILURE": "keep", "CAGE_WAIT_FOR_TURN": "60", "CAGE_FLOOR": "1"}
    request = script(files, {}, environ).request
    assert (request.on_failure, request.wait_for_turn_s) == ("keep", 60.0)
    assert str(request.floor) == "1"


def test_a_script_holds_its_request() -> None:
    held = dataclasses.fields(type(script(WEB, {}, {})))
    assert [field.name for field in held] == [
        "request",
        "seed",
        "group_settings",
        "scaling",
        "wire",
    ]


def test_a_failed_deployment_is_kept_in_a_rehearsal_as_it_is_in_a_rollout(files: Path) -> None:
    command = ("rehearse", str(files), "--incident", "crash-after-promotion")
    assert "Rolled back" in run(*command).stdout
    kept = run(*command, CAGE_ON_FAILURE="keep")
    assert kept.returncode == 0, kept.stderr
    assert "Not confirmed" in kept.stdout
    assert "Rolled back" not in kept.stdout


def test_no_verify_skips_the_preflight_checks() -> None:
    for flags, said in (((), "yes"), (("--no-verify",), "no")):
        shown = run("rehearse", "examples/web", *flags, "--show-settings").stdout
        rows = {line.split()[0]: line.split()[1] for line in shown.splitlines()}
        assert rows["verify"] == said
