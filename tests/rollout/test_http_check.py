"""What the canary answers by itself, before a load balancer may send it traffic."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cage.checks.requested.http import HttpSettings, percentile
from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Aborted, Promoted
from cage.options.timeouts import Timeouts
from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import Plan, SimTask
from tests.stories import Story, tell


def ask(settings: HttpSettings, change: Callable[[Plan], object] | None = None) -> Story:
    """Roll out with an http check; the canary's plan is changed."""

    def prepare(stage: Stage) -> None:
        def behave(task: SimTask) -> None:
            if task.group.startswith("cage:") and change is not None:
                change(task.plan)

        stage.world.tasks.behaviors.append(behave)

    return tell("fargate", checks=Requested(http=(settings,)), prepare=prepare)


def test_a_canary_that_answers_is_asked_before_it_is_registered() -> None:
    story = ask(HttpSettings("/health", requests=5, within_s=0.5))
    assert isinstance(story.outcome, Promoted)
    passed = next(e for e in story.all(events.CheckPassed) if e.check == "http")
    assert "5 requests to /health" in passed.message
    assert passed.at <= story.all(events.CanaryRegistered)[0].at


def test_an_application_that_starts_slowly_is_asked_again() -> None:
    story = ask(HttpSettings(), lambda plan: setattr(plan, "answers_s", 20.0))
    assert isinstance(story.outcome, Promoted)


@pytest.mark.parametrize(
    ("settings", "change", "said"),
    [
        (HttpSettings(), {"answer": 503}, "answered 503, not 200-299"),
        (HttpSettings(), {"answers_s": 900.0}, "connection refused"),
        (HttpSettings(port=9999), {}, "connection refused"),
        (HttpSettings(body=re.compile("^ready")), {"body": "hunter2"}, "doesn't match ^ready"),
        (HttpSettings(within_s=0.1), {"latency_s": 0.2}, "200 ms at percentile 95"),
        (HttpSettings(timeout_s=1), {"latency_s": 2.0}, "no answer within 1 s"),
        (HttpSettings(status=((200, 200), (301, 302))), {"answer": 204}, "not 200,301-302"),
    ],
)
def test_a_canary_that_answers_badly_never_enters_a_target_group(
    settings: HttpSettings, change: dict[str, object], said: str
) -> None:
    def change_all(plan: Plan) -> None:
        for key, value in change.items():
            setattr(plan, key, value)

    story = ask(settings, change_all)
    assert isinstance(story.outcome, Aborted)
    assert not story.outcome.inconclusive
    assert said in story.outcome.message
    assert "(10 tries)" in story.outcome.message
    assert "RegisterTargets" not in story.act.calls
    assert "hunter2" not in repr(story.events)


def test_a_canary_that_is_never_reached_is_inconclusive_and_says_where_to_run_cage() -> None:
    story = ask(HttpSettings(tries=3), lambda plan: setattr(plan, "reachable", False))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert story.outcome.reason == "CanaryUnreachable"
    assert "no connection within 5 s (3 tries)" in story.outcome.message
    assert "Run cage where the canary's subnet can be reached" in story.outcome.remedy


def test_a_canary_that_stops_answering_while_it_bakes_aborts() -> None:
    def prepare(stage: Stage) -> None:
        def behave(task: SimTask) -> None:
            if task.group.startswith("cage:"):
                stage.world.engine.after(90, lambda: setattr(task.plan, "answer", 500))

        stage.world.tasks.behaviors.append(behave)

    story = tell(
        "fargate-no-balancer",
        checks=Requested(http=(HttpSettings(tries=3),)),
        timeouts=Timeouts(bake_s=120),
        prepare=prepare,
    )
    assert isinstance(story.outcome, Aborted)
    assert "answered 500" in story.outcome.message


def test_a_task_without_an_address_of_its_own_is_refused() -> None:
    story = tell("ec2-bridge", checks=Requested(http=(HttpSettings(),)))
    assert isinstance(story.outcome, Aborted)
    assert "network mode bridge" in story.outcome.message
    assert "RunTask" not in story.act.calls
    assert "StartTask" not in story.act.calls


def test_a_header_is_never_shown() -> None:
    story = ask(HttpSettings(headers={"Authorization": "Bearer hunter2"}))
    assert "hunter2" not in repr(story.events)
    assert "hunter2" not in repr(HttpSettings(headers={"Authorization": "Bearer hunter2"}))


@pytest.mark.parametrize(("percent", "value"), [(1, 1), (50, 2), (75, 3), (95, 4), (100, 4)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([4, 1, 3, 2], percent) == value
