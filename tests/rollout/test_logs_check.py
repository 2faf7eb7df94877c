"""Log messages that the canary must or must not write."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from cage.checks.requested.command import CommandSettings
from cage.checks.requested.logs import LogsSettings, excerpt
from cage.checks.requests import Requested
from cage.masking.mask import Mask
from cage.model import events
from cage.model.outcome import Aborted, Promoted
from cage.options.timeouts import Timeouts
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world import ApiError
from ecs_simulator.world.errors import NoAnswerError
from ecs_simulator.world.task_entities import SimTask
from tests.stories import Story, tell

READY = re.compile(r"ready on \d+")
ERROR = re.compile(r"\bERROR\b")


def logs(*lines: tuple[float, str], checks: LogsSettings, **differences: Any) -> Story:
    """Roll out; the canary logs lines, each so many seconds after it runs."""
    also = differences.pop("prepare", None)

    def prepare(stage: Stage) -> None:
        def behave(task: SimTask) -> None:
            if task.group.startswith("cage:"):
                task.plan.says = [("web", after_s, line) for after_s, line in lines]

        stage.world.tasks.behaviors.append(behave)
        if also is not None:
            also(stage)

    shape = {"checks": Requested(logs=(checks,)), "timeouts": Timeouts(), **differences}
    return tell("fargate-asked", prepare=prepare, **shape)


def passed(story: Story) -> list[str]:
    return [e.message for e in story.all(events.CheckPassed) if e.check == "logs"]


def test_a_canary_that_logs_what_it_must_and_nothing_else_is_promoted() -> None:
    asked = LogsSettings(must=(READY,), must_not=(ERROR,))
    story = logs((2, "starting"), (20, "ready on 8080"), checks=asked)
    assert isinstance(story.outcome, Promoted)
    said, quiet = passed(story)
    assert said == r"container web logged /ready on \d+/"
    assert quiet == r"container web logged no line with /\bERROR\b/ (2 lines)"


def test_what_must_be_logged_is_waited_for_before_the_canary_enters_a_target_group() -> None:
    story = logs((90, "ready on 8080"), checks=LogsSettings(must=(READY,)))
    assert isinstance(story.outcome, Promoted)
    (said,) = [e for e in story.all(events.CheckPassed) if e.check == "logs"]
    assert said.at <= story.all(events.CanaryRegistered)[0].at
    assert said.took_s < 120


def test_a_line_that_never_comes_fails_at_the_deadline() -> None:
    asked = LogsSettings(must=(READY, re.compile("connected")), timeout_s=45)
    story = logs((1, "connected"), checks=asked)
    assert isinstance(story.outcome, Aborted)
    assert not story.outcome.inconclusive
    assert story.outcome.reason == "LogLineMissing"
    assert r"no line with /ready on \d+/ within 45 s (1 line)" in story.outcome.message
    assert "RegisterTargets" not in story.act.calls


@pytest.mark.parametrize("after_s", [1, 15, 40])
def test_a_line_that_must_not_be_logged_aborts_whenever_it_comes(after_s: float) -> None:
    asked = LogsSettings(must_not=(ERROR,))
    story = logs((after_s, "ERROR no route to db"), checks=asked, timeouts=Timeouts(bake_s=60))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "LogLineFound"
    assert story.outcome.message == (
        r"container web logged a line with /\bERROR\b/: ERROR no route to db"
    )
    assert "UpdateService" not in story.act.calls


def test_one_that_comes_during_another_check_ends_that_check() -> None:
    """A program that takes minutes isn't waited for once the log has said enough."""

    def prepare(stage: Stage) -> None:
        stage.programs.takes_s = 110.0

        def behave(task: SimTask) -> None:
            task.plan.says = [("web", 5.0, "ERROR")]

        stage.world.tasks.behaviors.append(behave)

    quiet = LogsSettings(must_not=(ERROR,))
    asked = Requested(commands=(CommandSettings(("./smoke.sh",), 120),), logs=(quiet,))
    story = tell("fargate-asked", checks=asked, timeouts=Timeouts(), prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "LogLineFound"
    assert story.act.stage.programs.canceled == 1


def test_one_that_comes_while_the_canary_bakes_aborts() -> None:
    story = logs(
        (150, "ERROR"), checks=LogsSettings(must_not=(ERROR,)), timeouts=Timeouts(bake_s=300)
    )
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "LogLineFound"
    assert story.all(events.CheckFailed)[0].check == "bake/logs"


def test_a_log_of_many_pages_is_read_to_its_end() -> None:
    """The only bad line is the last one of twenty-five thousand, all written at once."""
    lines = [(2.0, f"line {number}") for number in range(25_000)]
    story = logs(*lines, (2.0, "ERROR at last"), checks=LogsSettings(must_not=(ERROR,)))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "LogLineFound"


def test_a_stream_that_never_shows_is_inconclusive() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "GetLogEvents":
                raise ApiError("ResourceNotFoundException", "The log stream does not exist.")

        stage.world.gates.append(gate)

    for asked in (LogsSettings(must=(READY,), timeout_s=30), LogsSettings(must_not=(ERROR,))):
        story = logs((1, "ready on 1"), checks=asked, prepare=prepare)
        assert isinstance(story.outcome, Aborted)
        assert story.outcome.inconclusive
        assert story.outcome.reason == "LogUnreadable"
        assert "doesn't exist" in story.outcome.message


def test_a_log_that_may_not_be_read_is_inconclusive_and_says_what_to_allow() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "GetLogEvents":
                raise ApiError("AccessDeniedException", "not authorized")

        stage.world.gates.append(gate)

    for asked in (LogsSettings(must=(READY,)), LogsSettings(must_not=(ERROR,))):
        story = logs((1, "ready on 1"), checks=asked, prepare=prepare)
        assert isinstance(story.outcome, Aborted)
        assert story.outcome.inconclusive
        assert "Access denied: GetLogEvents" in story.outcome.message
        assert "Allow the action" in story.outcome.remedy


def test_without_a_client_for_logs_a_check_of_them_is_inconclusive() -> None:
    def prepare(stage: Stage) -> None:
        whole = stage.gateway
        stage.gateway = lambda: dataclasses.replace(whole(), logs=None)  # type: ignore[method-assign]

    story = logs((1, "ready on 1"), checks=LogsSettings(must=(READY,)), prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert "no client for CloudWatch Logs was given" in story.outcome.message


def test_cloudwatch_that_gives_no_answer_is_inconclusive() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "GetLogEvents":
                raise NoAnswerError(done=False)

        stage.world.gates.append(gate)

    asked = LogsSettings(must=(READY,), timeout_s=30)
    story = logs((1, "ready on 1"), checks=asked, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "NoAnswerFromAws"


@pytest.mark.parametrize(
    ("shape", "container", "said"),
    [
        ("fargate", "", "container web logs by no driver, not by awslogs".capitalize()),
        ("fargate-asked", "app", "has log, web"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused_before_anything_is_registered(
    shape: str, container: str, said: str
) -> None:
    asked = Requested(logs=(LogsSettings(must=(READY,), container=container),))
    story = tell(shape, checks=asked)
    assert isinstance(story.outcome, Aborted)
    assert said in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls


def test_without_a_stream_prefix_the_log_has_no_name_that_is_known() -> None:
    task = dict(SHAPES["fargate-asked"]().task_definition)
    options = {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1"}
    log = {"logDriver": "awslogs", "options": options}
    task["containerDefinitions"] = [
        {**container, "logConfiguration": log} for container in task["containerDefinitions"]
    ]
    story = tell(
        "fargate-asked",
        checks=Requested(logs=(LogsSettings(must_not=(ERROR,)),)),
        timeouts=Timeouts(),
        task_definition=task,
    )
    assert isinstance(story.outcome, Aborted)
    assert "has no awslogs-stream-prefix" in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls


def test_what_is_shown_of_a_line_is_masked_and_short() -> None:
    task = dict(SHAPES["fargate-asked"]().task_definition)
    environment = [{"name": "DB", "value": "hunter2"}]
    task["containerDefinitions"] = [
        {**container, "environment": environment} for container in task["containerDefinitions"]
    ]
    line = f"ERROR {'x' * 300} hunter2 {'y' * 300}"
    story = logs((1, line), checks=LogsSettings(must_not=(ERROR,)), task_definition=task)
    assert isinstance(story.outcome, Aborted)
    assert len(story.outcome.message) < 300
    assert "hunter2" not in repr(story.events)


def test_the_part_around_what_was_found_is_shown() -> None:
    line = f"{'a' * 500} ERROR {'b' * 500}"
    shown = excerpt(line, ERROR, Mask())
    assert shown.startswith("…a")
    assert "ERROR b" in shown
    assert shown.endswith("…")
    assert len(shown) == 202
    assert excerpt("an ERROR", ERROR, Mask()) == "an ERROR"


def test_another_container_can_be_named() -> None:
    asked = LogsSettings(must=(READY,), container="log", timeout_s=20)
    story = logs((1, "ready on 1"), checks=asked)
    assert isinstance(story.outcome, Aborted)
    assert "container log logged no line" in story.outcome.message
