"""A comparison as lines and as JSON."""

from __future__ import annotations

import io
import json

import pytest

from cage.comparison.diff import Comparison
from cage.comparison.differences import Change, Differences
from cage.wording.differences import record, write

_TASK = Differences(
    (
        Change("family", "cpu", "~", "256", "512"),
        Change("tags", "tags[a]", "+", None, "\x1b[31m"),
        Change("x", "containerDefinitions[web].environment[TOKEN]", "~", "***", "***"),
    )
)
_SERVICE = Differences(
    (
        Change("loadBalancers", "loadBalancers[web]", "-", {}, None),
        Change("propagateTags", "propagateTags", "~", "NONE", "SERVICE", filled_in="old"),
    ),
    ("desiredCount is 1 live and 2 in the file",),
)


class Screen(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def comparison(
    task: Differences = _TASK,
    service: Differences | None = _SERVICE,
    status: str = "ACTIVE",
    revision: str = "web:7",
    sendable: tuple[str, ...] = (),
    fixed: tuple[str, ...] = (),
) -> Comparison:
    return Comparison("us-east-1", "demo", "web", status, revision, task, service, sendable, fixed)


def written(found: Comparison) -> list[str]:
    stream = io.StringIO()
    write(found, stream)
    return stream.getvalue().splitlines()


def test_each_change_is_a_line_and_the_last_line_counts_them() -> None:
    sendable, fixed = ("loadBalancers", "propagateTags"), ("launchType",)
    assert written(comparison(sendable=sendable, fixed=fixed)) == [
        "Service web in cluster demo, us-east-1 is running web:7.",
        "Task definition:",
        '~ cpu: "256" -> "512"',
        '+ tags[a]: "\\u001b[31m"',
        "~ containerDefinitions[web].environment[TOKEN]: *** -> *** (a secret, changed)",
        "Service:",
        "- loadBalancers[web]",
        '~ propagateTags: "NONE" (default) -> "SERVICE"',
        "Note: desiredCount is 1 live and 2 in the file.",
        "Note: cage rollout sends loadBalancers and propagateTags only with --update-service.",
        "Note: no update changes launchType of a service that exists.",
        "5 changes: 3 in the task definition, 2 in the service",
    ]


def test_one_change_is_singular() -> None:
    one = Differences(_TASK.changes[:1])
    last = written(comparison(one, Differences(())))[-1]
    assert last == "1 change: 1 in the task definition"


def test_without_changes_there_is_no_empty_heading() -> None:
    assert written(comparison(Differences(()), Differences(()))) == [
        "Service web in cluster demo, us-east-1 is running web:7.",
        "No changes: the files match the live service.",
    ]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("", "Service web not found in cluster demo, us-east-1: everything will be created."),
        ("INACTIVE", "Service web in cluster demo, us-east-1 is INACTIVE: everything will be created again."),  # noqa: E501
        ("DRAINING", "Service web in cluster demo, us-east-1 is DRAINING and is running web:7."),
    ],
)  # fmt: skip
def test_the_heading_says_what_exists(status: str, says: str) -> None:
    assert written(comparison(status=status))[0] == says


def test_a_service_without_a_file_is_not_compared() -> None:
    assert "Note: the service is not compared: service.json not found." in written(
        comparison(service=None)
    )


def test_a_terminal_gets_colors_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen()
    write(comparison(), screen)
    assert "\x1b[32m+ tags[a]" in screen.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    write(comparison(), screen)
    assert "\x1b" not in screen.getvalue()
    assert screen.getvalue().splitlines() == written(comparison())


def test_a_program_gets_one_object_on_one_line() -> None:
    text = record(comparison())
    assert "\n" not in text
    found = json.loads(text)
    assert (found["schema"], found["exists"], found["revision"]) == (1, True, "web:7")
    assert found["changes"][0] == {
        "in": "task definition",
        "path": "cpu",
        "sign": "~",
        "old": "256",
        "new": "512",
        "filled_in": None,
    }
    assert found["changes"][-1]["in"] == "service"
    assert found["notes"] == ["desiredCount is 1 live and 2 in the file"]
