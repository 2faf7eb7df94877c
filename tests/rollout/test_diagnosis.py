"""Given something that fails, when it is rolled out, then it is explained, and ends soon."""

from __future__ import annotations

from typing import Any

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Diagnosis, Promoted, RolledBack
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world import ApiError
from ecs_simulator.world.task_entities import SimTask
from tests.stories import Story, tell


def _logging(**environment: str) -> dict[str, Any]:
    """A task whose containers log to CloudWatch."""
    task = dict(SHAPES["fargate"]().task_definition)
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    task["containerDefinitions"] = [
        {
            **container,
            "logConfiguration": {"logDriver": "awslogs", "options": options},
            "environment": [{"name": k, "value": v} for k, v in environment.items()],
        }
        for container in task["containerDefinitions"]
    ]
    return task


def _without_breaker(desired: int = 3) -> dict[str, Any]:
    service = {**SHAPES["fargate"]().service, "desiredCount": desired}
    service["deploymentConfiguration"] = {}
    return service


def _diagnosis(story: Story) -> Diagnosis:
    assert story.act.result is not None
    found = story.act.result.diagnosis
    assert found is not None
    assert found == story.all(events.Diagnosed)[-1].diagnosis
    return found


def test_a_canary_that_exits_is_explained_with_code_log_and_remedy() -> None:
    found = _diagnosis(tell("fargate", "essential-exit", task_definition=_logging()))
    assert (found.of, found.cause, found.container) == ("canary", "ContainerExited", "web")
    assert (found.exit_code, found.exit_meaning) == (1, "the application's own error")
    assert found.log == ("fatal: DATABASE_URL is not set",)
    assert found.remedy


def test_an_image_that_is_not_there_ends_the_wait_at_the_first_answer() -> None:
    story = tell("fargate", "bad-image")
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "ImageNotFound"
    assert story.act.calls.count("RunTask") == 1
    assert "GetLogEvents" not in story.act.calls


def test_a_registry_without_answer_is_asked_again_by_another_canary() -> None:
    story = tell("fargate", "registry-timeout")
    assert isinstance(story.outcome, Promoted)
    assert [e.cause for e in story.all(events.CanaryRepeated)] == ["RegistryUnreachable"]
    assert story.act.calls.count("RunTask") == 2


def test_capacity_is_waited_for_within_bounds() -> None:
    story = tell("fargate", "no-capacity")
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "NoCapacity"
    assert len(story.all(events.CanaryRepeated)) == 3
    assert story.act.took_s < 130


@pytest.mark.parametrize("incident", ["no-route", "interface-timeout"])
def test_a_cause_that_takes_minutes_to_show_is_not_waited_for_again_and_again(
    incident: str,
) -> None:
    story = tell("fargate", incident)
    assert isinstance(story.outcome, Aborted)
    assert len(story.all(events.CanaryRepeated)) == 1
    first, last = (story.all(events.CanaryStarted)[n].at for n in (0, -1))
    assert (last - first).total_seconds() < 300


def test_capacity_that_comes_back_is_used() -> None:
    def prepare(stage: Stage) -> None:
        until = stage.world.now + 20
        stage.world.fargate_capacity = lambda _revision, _group: stage.world.now > until

    assert isinstance(tell("fargate", prepare=prepare).outcome, Promoted)


def test_no_wait_for_healing_outlasts_the_timeout() -> None:
    timeouts = SHAPES["fargate"]().request.timeouts
    story = tell("fargate", "no-capacity", timeouts=type(timeouts)(running_s=20))
    assert len(story.all(events.CanaryRepeated)) == 1


def test_a_log_that_may_not_be_read_is_said_and_no_error() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "GetLogEvents":
                raise ApiError("AccessDeniedException", "User is not authorized to perform that")

        stage.world.gates.append(gate)

    story = tell("fargate", "essential-exit", task_definition=_logging(), prepare=prepare)
    found = _diagnosis(story)
    assert isinstance(story.outcome, Aborted)
    assert found.log == ()
    assert "Access denied: GetLogEvents" in found.log_note


def test_a_value_of_the_environment_is_masked_in_the_log() -> None:
    task = _logging(DATABASE_URL="fatal: DATABASE_URL")
    story = tell("fargate", "essential-exit", task_definition=task)
    assert _diagnosis(story).log == ("*** is not set",)
    assert "fatal: DATABASE_URL" not in repr(story.events)


def _crash(stage: Stage, *, first: int, after_s: float = 8.0) -> None:
    """Let the service's first so many new tasks exit soon after they run."""
    hit: list[str] = []

    def behave(task: SimTask) -> None:
        if is_next(task) and task.group.startswith("service:") and len(hit) < first:
            hit.append(task.id)
            task.plan.answers_s = 3600.0
            task.plan.exits.append(("", after_s, 1, ""))

    stage.world.tasks.behaviors.append(behave)


def test_tasks_that_cannot_start_are_rolled_back_long_before_the_timeout() -> None:
    story = tell(
        "fargate",
        service_definition=_without_breaker(),
        prepare=lambda stage: _crash(stage, first=99),
        but=("no_good_deployment_is_lost",),
    )
    assert isinstance(story.outcome, RolledBack)
    assert (story.outcome.by, story.outcome.reason) == ("cage", "TasksFail")
    updated = story.all(events.ServiceUpdated)[0].at
    lost = story.all(events.DeploymentLost)[0].at
    assert (lost - updated).total_seconds() < 120
    found = _diagnosis(story)
    assert found.of == "service"
    assert found.tasks >= 2
    assert any("has started" in event for event in found.events)
    assert story.outcome.remedy == found.remedy


@pytest.mark.parametrize("seed", range(3))
def test_one_flaky_start_does_not_roll_back(seed: int) -> None:
    story = tell(
        "fargate",
        seed=seed,
        service_definition=_without_breaker(),
        prepare=lambda stage: _crash(stage, first=1),
    )
    assert isinstance(story.outcome, Promoted)


def test_a_few_crashes_among_many_tasks_that_run_do_not_roll_back() -> None:
    story = tell(
        "fargate",
        service_definition=_without_breaker(desired=10),
        prepare=lambda stage: _crash(stage, first=3),
    )
    assert isinstance(story.outcome, Promoted)


def test_where_ecs_rolls_back_by_itself_cage_explains_and_lets_it() -> None:
    story = tell("fargate", "crash-after-promotion", task_definition=_logging())
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "ECS"
    assert _diagnosis(story).log == ("fatal: the connection pool is exhausted",)


def test_stopped_tasks_that_may_not_be_listed_change_nothing_else() -> None:
    def prepare(stage: Stage) -> None:
        _crash(stage, first=2)

        def gate(operation: str, params: dict[str, object]) -> None:
            if operation == "ListTasks" and params.get("desiredStatus") == "STOPPED":
                raise ApiError("AccessDeniedException", "User is not authorized to perform that")

        stage.world.gates.append(gate)

    # Whether a look falls into the seconds in which failures are counted is chance.
    stories = [
        tell("fargate", service_definition=_without_breaker(), prepare=prepare, seed=seed)
        for seed in range(6)
    ]
    assert all(isinstance(story.outcome, Promoted) for story in stories)
    noticed = [event.message for story in stories for event in story.all(events.Noticed)]
    assert any("stopped tasks" in message for message in noticed)


def test_a_good_rollout_asks_once_for_stopped_tasks_and_for_no_log() -> None:
    asked: list[object] = []

    def gate(operation: str, params: dict[str, object]) -> None:
        if operation == "ListTasks":
            asked.append(params.get("desiredStatus"))

    story = tell("fargate", seed=4, prepare=lambda stage: stage.world.gates.append(gate))
    assert "GetLogEvents" not in story.act.calls
    assert asked.count("STOPPED") == 1
