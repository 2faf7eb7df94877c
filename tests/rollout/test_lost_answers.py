"""An answer that never comes: nothing is done twice, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted, StillFinishing, Unproven
from cage.model.result import Result
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.up import up
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.world import ApiError
from ecs_simulator.world.errors import NoAnswerError
from tests.stories import tell


def _lose(operation: str, times: int, *, done: bool) -> Any:
    left = [times]

    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == operation and left[0] > 0:
            left[0] -= 1
            raise NoAnswerError(done=done)

    return lambda stage: stage.world.gates.append(gate)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize(
    "operation",
    [
        "DescribeServices",
        "DescribeTasks",
        "DescribeTargetHealth",
        "RunTask",
        "RegisterTargets",
        "UpdateService",
        "DeregisterTargets",
        "StopTask",
    ],
)
def test_one_lost_answer_changes_nothing_for_the_user(operation: str, done: bool) -> None:
    story = tell("fargate", prepare=_lose(operation, 1, done=done))
    assert isinstance(story.outcome, Promoted)
    canaries = [t for t in story.act.stage.world.tasks.all.values() if t.group.startswith("cage:")]
    assert len(canaries) == 1


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_of_start_task_starts_no_second_canary(done: bool) -> None:
    story = tell("ec2-bridge", prepare=_lose("StartTask", 1, done=done))
    assert isinstance(story.outcome, Promoted)
    canaries = [t for t in story.act.stage.world.tasks.all.values() if t.group.startswith("cage:")]
    assert len(canaries) == 1


def test_a_canary_whose_start_never_answers_is_found_and_stopped() -> None:
    story = tell("fargate", prepare=_lose("RunTask", 99, done=True))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive


def test_an_update_that_never_answers_is_not_called_unchanged() -> None:
    story = tell("fargate", prepare=_lose("UpdateService", 99, done=False), holds=False)
    assert isinstance(story.outcome, Unproven)


def test_an_update_that_took_effect_without_an_answer_is_seen_and_followed() -> None:
    story = tell("fargate", prepare=_lose("UpdateService", 99, done=True))
    assert isinstance(story.outcome, Promoted)
    assert story.act.done.count("UpdateService") == 1


def test_credentials_that_expire_during_the_proof_say_that_the_service_was_changed() -> None:
    updated: list[bool] = []

    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "UpdateService":
            updated.append(True)
        elif updated:
            raise ApiError("ExpiredTokenException", "The security token included is expired")

    story = tell("fargate", prepare=lambda stage: stage.world.gates.append(gate), holds=False)
    assert isinstance(story.outcome, StillFinishing)
    assert story.act.result is not None
    assert any("stop-task" in line for line in story.act.result.left_behind)


def test_a_lost_answer_of_create_service_creates_it_once() -> None:
    script = SHAPES["fargate"]()
    stage = Stage(script.service, script.task_definition)
    _lose("CreateService", 1, done=True)(stage)

    assert isinstance(_created(stage).outcome, Promoted)


def test_a_service_whose_creation_never_answered_is_not_called_uncreated() -> None:
    script = SHAPES["fargate"]()
    stage = Stage(script.service, script.task_definition)
    _lose("CreateService", 99, done=False)(stage)

    # A read that lags could show no service either.
    assert isinstance(_created(stage).outcome, Unproven)


def _created(stage: Stage) -> Result:
    async def main() -> Result:
        request = Request(
            region=REGION,
            cluster=stage.cluster,
            service="web",
            task_definition=stage.task_definition,
            service_definition=stage.definition,
        )
        return await up(stage.context(Journal("20300107-090000-00000001")), request)

    return loop.run(main)


def test_a_refusal_after_a_lost_answer_is_not_called_unchanged() -> None:
    asked: list[str] = []

    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "UpdateService":
            asked.append(name)
            if len(asked) == 1:
                raise NoAnswerError(done=False)
            raise ApiError("AccessDeniedException", "not any more")

    story = tell(prepare=lambda stage: stage.world.gates.append(gate), holds=False)
    assert isinstance(story.outcome, Unproven)


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_an_update_that_was_only_ever_refused_is_called_unchanged(code: str) -> None:
    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "UpdateService":
            raise ApiError(code, "no")

    story = tell(prepare=lambda stage: stage.world.gates.append(gate), holds=False)
    assert isinstance(story.outcome, Aborted)


def test_a_canary_that_ecs_lists_late_is_found_after_a_lost_answer() -> None:
    def prepare(stage: Stage) -> None:
        def behave(task: Any) -> None:
            if task.group.startswith("cage:"):
                task.plan.visible_s = 9.0

        stage.world.tasks.behaviors.append(behave)
        _lose("RunTask", 99, done=True)(stage)

    story = tell(prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    canaries = [t for t in story.act.stage.world.tasks.all.values() if t.group.startswith("cage:")]
    assert [t.last_status for t in canaries] == ["STOPPED"]


@pytest.mark.parametrize("operation", ["DeregisterTargets", "StopTask", "DescribeTargetHealth"])
def test_cleaning_up_outlasts_a_minute_of_silence(operation: str) -> None:
    def prepare(stage: Stage) -> None:
        silent: list[float] = []

        def gate(name: str, _params: dict[str, Any]) -> None:
            draining = "DeregisterTargets" in stage.api.calls
            if name == operation and (draining or name == "DeregisterTargets"):
                silent.append(stage.world.now)
                if stage.world.now - silent[0] < 60:
                    raise NoAnswerError(done=False)

        stage.world.gates.append(gate)

    story = tell("fargate", prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    assert story.act.result is not None
    assert story.act.result.left_behind == ()


def test_a_canary_of_unknown_health_is_drained_before_it_is_stopped() -> None:
    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "DescribeTargetHealth":
            raise ApiError("AccessDenied", "not allowed")

    story = tell(prepare=lambda stage: stage.world.gates.append(gate), holds=False)
    assert isinstance(story.outcome, Aborted)
    (gone,) = story.all(events.CanaryDeregistered)
    (stopped,) = story.all(events.CanaryStopped)
    assert 0 < gone.drain_s < (stopped.at - gone.at).total_seconds()


def test_a_canary_whose_start_was_lost_is_stopped_though_nobody_may_list_tasks_then() -> None:
    started: list[bool] = []

    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "StartTask":
            started.append(True)
            raise NoAnswerError(done=True)
        if name == "ListTasks" and len(started) == 1:
            started.append(False)
            raise ApiError("AccessDeniedException", "no")

    story = tell("ec2-bridge", prepare=lambda stage: stage.world.gates.append(gate), holds=False)
    canaries = [t for t in story.act.stage.world.tasks.all.values() if t.group.startswith("cage:")]
    assert [t.last_status for t in canaries] == ["STOPPED"]
