"""Given a deployment that is only slow: waited for, and at the time limit left to ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.command.exit_codes import STILL_FINISHING, exit_code
from cage.model import events
from cage.model.outcome import Promoted, RolledBack, StillFinishing
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.shapes import SHAPES
from cage.rollout.recovery import resume
from ecs_simulator import loop
from ecs_simulator.world import ApiError
from tests.stories import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.model.result import Result
    from cage.rehearsal.stage import Stage

_SHORT = Timeouts(stable_s=120)


def _service(shape: str, count: int, least: int, most: int) -> dict[str, Any]:
    """The service definition of a shape with that many tasks, and these percents."""
    service = dict(SHAPES[shape]().service)
    config = {"minimumHealthyPercent": least, "maximumPercent": most}
    return {**service, "desiredCount": count, "deploymentConfiguration": config}


@pytest.mark.parametrize(
    ("shape", "incident", "count", "least", "most"),
    [
        ("fargate", None, 10, 100, 110),  # ten waves of one task
        ("fargate", "slow-pull", 8, 100, 125),  # four waves of three minutes
        ("fargate-no-balancer", "slow-pull", 1, 0, 100),
        ("ec2-awsvpc", None, 3, 66, 100),  # three drains, one after another
    ],
)
def test_many_waves_are_waited_for_by_default(
    shape: str, incident: str | None, count: int, least: int, most: int
) -> None:
    service = _service(shape, count, least, most)
    story = tell(shape, incident, service_definition=service, allow_second_copy=True)
    assert isinstance(story.outcome, Promoted)
    assert story.act.calls.count("UpdateService") == 1


def _protected(stage: Stage) -> None:
    """Let one old task protect itself for two days."""
    stage.service.tasks[0].protected_until_s = stage.world.now + 2 * 86400.0


def _slow_tasks(stage: Stage) -> None:
    def change(task: Any) -> None:
        if task.revision.number > 1 and task.group.startswith("service:"):
            task.plan.pending_s += 3000.0

    stage.world.tasks.behaviors.append(change)


def _unanswered(stage: Stage) -> None:
    """Let AWS stop answering once the service is updated."""
    updated: list[bool] = []

    def gate(name: str, _params: dict[str, Any]) -> None:
        if name == "DescribeServices" and updated:
            raise ApiError("ServiceUnavailable", "try again later", status=503)
        if name == "UpdateService":
            updated.append(True)

    stage.world.gates.append(gate)


def _no_room(stage: Stage) -> None:
    stage.world.fargate_capacity = lambda _revision, group: not group.startswith("service:")


@pytest.mark.parametrize(
    ("shape", "prepare", "reason", "said"),
    [
        ("fargate", _slow_tasks, "StillStarting", "0 of 3 new tasks are running"),
        ("fargate", _no_room, "AwaitsCapacity", "Capacity is unavailable at this time"),
        ("fargate", _protected, "TasksProtected", "1 tasks under protection"),
        ("fargate", _unanswered, "NoAnswerFromAws", "AWS gave no answer"),
        ("fargate-blue-green", _slow_tasks, "StillStarting", "0 of 3 new tasks are running"),
    ],
)
def test_what_is_only_slow_is_left_to_ecs_with_what_it_waits_for(
    shape: str, prepare: Callable[[Stage], None], reason: str, said: str
) -> None:
    holds = prepare is not _unanswered  # without an answer a canary can't be removed
    story = tell(
        shape, prepare=prepare, timeouts=_SHORT, verify=False, lock_as="rehearsal", holds=holds
    )
    assert isinstance(story.outcome, StillFinishing)
    assert (story.outcome.reason, said in story.outcome.message) == (reason, True)
    result, stage = story.act.result, story.act.stage
    assert result is not None
    assert exit_code(result.outcome) == STILL_FINISHING
    assert story.act.calls.count("UpdateService") == 1
    assert "StopServiceDeployment" not in story.act.calls
    assert all(task.stopped_s is not None for task in canary_of(stage))
    assert len(story.all(events.LockReleased)) == 1
    assert "cage resume " in result.resume
    assert stage.service.primary.revision.number == 2


def test_a_long_drain_that_outlasts_the_limit_is_left() -> None:
    story = tell(timeouts=_SHORT, group_settings={"deregistration_delay_s": 300.0}, verify=False)
    assert isinstance(story.outcome, StillFinishing)
    assert story.outcome.reason == "StillDraining"
    assert "3 of 3 new tasks are running" in story.outcome.message


def test_what_is_left_is_resumed_to_its_end_by_the_command_that_the_ending_names() -> None:
    story = tell(prepare=_slow_tasks, timeouts=_SHORT, verify=False)
    assert isinstance(story.outcome, StillFinishing)
    stage, deployment = story.act.stage, story.outcome.deployment
    script = SHAPES["fargate"]().but(task_definition=None, timeouts=Timeouts(stable_s=5000))
    again: Result = loop.run(
        lambda: resume(stage.context(), script.request, deployment=deployment),
        at_s=stage.world.now,
    )
    assert isinstance(again.outcome, Promoted)


def test_on_timeout_rollback_rolls_back_what_is_only_slow() -> None:
    story = tell(prepare=_slow_tasks, timeouts=_SHORT, on_timeout="rollback", verify=False)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.reason == "TimedOut"


def _patient(shape: str) -> dict[str, Any]:
    """A service whose tasks ECS never stops for failing a target's health checks."""
    return {**SHAPES[shape]().service, "healthCheckGracePeriodSeconds": 2147483647}


def _never_healthy(stage: Stage) -> None:
    def change(task: Any) -> None:
        if task.revision.number > 1 and task.group.startswith("service:"):
            task.plan.answers_s = 1e9

    stage.world.tasks.behaviors.append(change)


@pytest.mark.parametrize("shape", ["fargate", "ec2-bridge"])
def test_tasks_that_stay_unhealthy_are_a_cause_although_none_has_failed(shape: str) -> None:
    story = tell(
        shape,
        prepare=_never_healthy,
        service_definition=_patient(shape),
        timeouts=Timeouts(stable_s=600),
    )
    assert isinstance(story.outcome, RolledBack)
    assert (story.outcome.by, story.outcome.reason) == ("cage", "TasksUnhealthy")
    assert "is unhealthy" in story.outcome.message


def test_one_accident_at_the_start_is_no_cause_later() -> None:
    def prepare(stage: Stage) -> None:
        failed: list[bool] = []

        def change(task: Any) -> None:
            if task.revision.number > 1 and task.group.startswith("service:") and not failed:
                failed.append(True)
                task.plan.start_failure = ("CannotPullContainerError: not found", "not found")
                task.plan.start_failure_s = 5.0

        stage.world.tasks.behaviors.append(change)

    story = tell(
        prepare=prepare,
        timeouts=Timeouts(stable_s=240),
        group_settings={"deregistration_delay_s": 300.0},
        verify=False,
    )
    assert isinstance(story.outcome, StillFinishing)
    assert story.outcome.reason == "StillDraining"


def test_a_drain_that_ends_early_is_seen_early_as_where_time_is_scaled() -> None:
    def prepare(stage: Stage) -> None:
        def gate(name: str, _params: dict[str, Any]) -> None:
            if name == "DeregisterTargets":
                for group in stage.world.groups.groups.values():
                    group.deregistration_delay_s = 25.0

        stage.world.gates.append(gate)

    story = tell(prepare=prepare, group_settings={"deregistration_delay_s": 300.0})
    (gone,) = story.all(events.CanaryDeregistered)
    (stopped,) = story.all(events.CanaryStopped)
    assert gone.drain_s == 300.0
    assert (stopped.at - gone.at).total_seconds() < 150
