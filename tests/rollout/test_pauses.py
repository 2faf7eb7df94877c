"""Given a deployment that waits at lifecycle hooks: seen, told, timed and decided."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import pytest

from cage.command.exit_codes import STILL_FINISHING, exit_code
from cage.model import events
from cage.model.errors import RefusedError
from cage.model.outcome import (
    Aborted,
    NothingToDo,
    Promoted,
    RolledBack,
    StillFinishing,
)
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.effects import canary_of, leave_canary
from cage.rehearsal.script import Script, resume_there, roll_out
from cage.rehearsal.shapes import SHAPES
from cage.rollout.abort import abort
from cage.rollout.approval import promote
from cage.rollout.hook_decision import HookDecision, HookEffect, Which
from cage.rollout.recovery import resume
from cage.rollout.rollback import rollback
from cage.rollout.status import look
from cage.wording.decisions import lines as decided
from cage.wording.endings import ending
from cage.wording.sentences import sentence
from cage.wording.status import lines, record
from ecs_simulator import loop
from ecs_simulator.world.functions import SUCCEEDED, Answer
from tests.ecs_simulator.stages import deploy, wait, wait_for
from tests.stories import Story, tell

if TYPE_CHECKING:
    from cage.model.result import Result
    from cage.rehearsal.stage import Stage

DAY_S = 86400.0
_HOOKED = ("fargate-hooks", "fargate-pauses", "fargate-rolling-hooks")


def pausing(shape: str, minutes: int, action: str = "ROLLBACK") -> dict[str, Any]:
    """The service definition of a shape whose pauses last that long."""
    service = dict(SHAPES[shape]().service)
    config = service["deploymentConfiguration"]
    limit = {"timeoutInMinutes": minutes, "action": action}
    hooks = [
        {**hook, "timeoutConfiguration": limit} if hook.get("targetType") == "PAUSE" else hook
        for hook in config["lifecycleHooks"]
    ]
    service["deploymentConfiguration"] = {**config, "lifecycleHooks": hooks}
    return service


def paused(shape: str = "fargate-hooks") -> Stage:
    """A service whose deployment someone else began, and that waits at a pause."""
    stage = SHAPES[shape]().stage()
    deploy(stage)
    wait_for(stage, lambda: any(h.status == "AWAITING_ACTION" for h in _hooks(stage)))
    return stage


def _hooks(stage: Stage) -> list[Any]:
    return stage.service.history[0].hooks


def _pauses(stage: Stage) -> list[str]:
    return [hook.id for hook in _hooks(stage) if hook.status == "AWAITING_ACTION"]


def _unattended(stage: Stage) -> None:
    """Have nobody continue what is paused."""
    stage.continues_after_s = None


@pytest.mark.parametrize("shape", _HOOKED)
def test_a_good_deployment_is_waited_for_however_long_people_take(shape: str) -> None:
    def prepare(stage: Stage) -> None:
        stage.continues_after_s = 1.5 * DAY_S

    story = tell(
        shape,
        prepare=prepare,
        service_definition=pausing(shape, 20160),
        timeouts=Timeouts(stable_s=300),
    )
    assert isinstance(story.outcome, Promoted)
    assert story.act.took_s > DAY_S
    assert story.act.fewest == story.act.before


def test_a_pause_is_told_with_its_stage_its_end_and_the_ways_to_decide() -> None:
    story = tell("fargate-hooks")
    (told,) = [e for e in story.all(events.HookStarted) if e.hook_type == "PAUSE"]
    assert told.stage == "POST_TEST_TRAFFIC_SHIFT"
    assert told.since < told.expires_at
    text = sentence(told) or ""
    assert "paused in stage POST_TEST_TRAFFIC_SHIFT since 2030-01-07T" in text
    assert "then ECS rolls the deployment back" in text
    assert "cage promote --region us-east-1 --cluster main --service web" in text
    ended = [e.hook_id for e in story.all(events.HookEnded)]
    assert told.hook_id in ended


def test_a_slow_function_is_told_and_counts_for_no_time_limit() -> None:
    def prepare(stage: Stage) -> None:
        functions = stage.world.functions
        functions.played["smoke"] = functions.later(800.0, Answer(SUCCEEDED))

    story = tell("fargate-hooks", prepare=prepare, timeouts=Timeouts(stable_s=300))
    assert isinstance(story.outcome, Promoted)
    first = story.all(events.HookStarted)[0]
    assert (first.hook_type, first.stage) == ("AWS_LAMBDA", "PRE_SCALE_UP")
    assert "function smoke" in (sentence(first) or "")


@pytest.mark.parametrize("shape", _HOOKED)
def test_continue_continues_every_pause(shape: str) -> None:
    story = tell(shape, prepare=_unattended, on_pause="continue")
    assert isinstance(story.outcome, Promoted)
    pauses = [e for e in story.all(events.HookStarted) if e.hook_type == "PAUSE"]
    assert story.act.calls.count("ContinueServiceDeployment") == len(pauses)


def test_continue_gives_way_to_someone_who_was_first() -> None:
    def prepare(stage: Stage) -> None:
        def gate(name: str, _params: dict[str, Any]) -> None:
            if name == "ContinueServiceDeployment":
                stage.continue_pauses()

        stage.continues_after_s = None
        stage.world.gates.append(gate)

    story = tell("fargate-hooks", prepare=prepare, on_pause="continue")
    assert isinstance(story.outcome, Promoted)
    assert any("was not continued" in e.message for e in story.all(events.Noticed))


def left(shape: str, **differences: object) -> Story:
    """A rollout that was told to leave pauses to ECS, and did."""
    story = tell(shape, prepare=_unattended, on_pause="leave", **differences)  # type: ignore[arg-type]
    assert isinstance(story.outcome, StillFinishing)
    return story


@pytest.mark.parametrize("shape", _HOOKED)
def test_leave_removes_the_canary_and_ends_with_the_command_that_continues(shape: str) -> None:
    story = left(shape, lock_as="rehearsal")
    stage, result = story.act.stage, story.act.result
    assert result is not None
    assert exit_code(result.outcome) == STILL_FINISHING == 6
    assert all(task.stopped_s is not None for task in canary_of(stage))
    assert len(story.all(events.LockReleased)) == 1
    assert stage.service.primary.rollout_state == "IN_PROGRESS"
    named = stage.service.history[0].arn.rpartition("/")[2]
    assert result.resume.endswith(f"--deployment={named}")
    *_, last = ending(result.outcome, "web", None, result.resume)
    assert last == "Service web was changed; ECS is still deploying."
    assert story.act.fewest == story.act.before


def resumed(stage: Stage, shape: str, deployment: str = "", **differences: Any) -> Result:
    """Resume from another machine."""
    script: Script = SHAPES[shape]().but(task_definition=None, **differences)
    return loop.run(
        lambda: resume(stage.context(), script.request, deployment=deployment),
        at_s=stage.world.now,
    )


def _named(story: Story) -> str:
    assert isinstance(story.outcome, StillFinishing)
    return story.outcome.deployment


@pytest.mark.parametrize("shape", _HOOKED)
def test_days_later_it_is_resumed_from_elsewhere_without_a_canary(shape: str) -> None:
    story = left(shape, service_definition=pausing(shape, 20160))
    stage = story.act.stage
    wait(stage, 5 * DAY_S)
    assert not [t for t in canary_of(stage) if t.stopped_s is None]
    again = resumed(stage, shape, _named(story))
    assert isinstance(again.outcome, StillFinishing)
    assert again.resume.endswith(f"--deployment={_named(story)}")
    stage.continues_after_s = 60.0
    waited: Result = loop.run(
        lambda: resume_there(SHAPES[shape]().but(on_pause="continue"), stage),
        at_s=stage.world.now,
    )
    assert isinstance(waited.outcome, Promoted)


def test_what_is_left_is_rolled_back_if_it_fails_once_it_is_named() -> None:
    story = left("fargate-hooks")
    stage = story.act.stage
    _break(stage)
    result = resumed(stage, "fargate-hooks", _named(story), on_pause="continue")
    assert isinstance(result.outcome, RolledBack)


def _break(stage: Stage) -> None:
    """Let the new tasks fail, and ECS not notice."""
    stage.service.configuration["deploymentCircuitBreaker"] = {"enable": False}
    for task in stage.service.tasks:
        if task.revision.number > 1:
            stage.world.tasks.exit_container(task, "web", 1)

    def change(task: Any) -> None:
        if task.revision.number > 1:
            task.plan.start_failure = ("CannotPullContainerError: not found", "not found")
            task.plan.start_failure_s = 5.0

    stage.world.tasks.behaviors.append(change)


def test_an_unnamed_deployment_is_followed_and_not_rolled_back() -> None:
    stage = paused()
    _break(stage)
    told = resumed(stage, "fargate-hooks", on_pause="continue", timeouts=Timeouts(stable_s=300))
    assert not isinstance(told.outcome, RolledBack | Promoted)
    assert "StopServiceDeployment" not in stage.api.calls


def test_a_deployment_that_has_ended_leaves_nothing_to_resume() -> None:
    story = left("fargate-hooks")
    stage = story.act.stage
    stage.continue_pauses()
    wait_for(stage, lambda: stage.service.history[0].finished)
    wait(stage, 7200)
    assert isinstance(resumed(stage, "fargate-hooks", _named(story)).outcome, NothingToDo)


@pytest.mark.parametrize("word", ["promote", "abort"])
@pytest.mark.parametrize("shape", ["fargate-hooks", "fargate-rolling-hooks"])
def test_the_one_pause_that_waits_is_decided(word: str, shape: str) -> None:
    stage = paused(shape)
    (hook,) = _pauses(stage)
    verb = promote if word == "promote" else abort
    answer = loop.run(lambda: verb(stage.context()), at_s=stage.world.now)
    assert isinstance(answer, HookDecision)
    assert (answer.hook, answer.effect) == (hook, HookEffect.TAKEN)
    status = "SUCCESSFUL" if word == "promote" else "ROLLBACK_SUCCESSFUL"
    wait_for(stage, lambda: stage.service.history[0].status == status)
    goes = "continues" if word == "promote" else "is being rolled back by ECS"
    said = decided(answer, "--region us-east-1 --cluster main --service web")
    assert goes in said[0]
    assert said[1].startswith("To follow it, run: cage status --region us-east-1 --cluster main ")


def _refusal(stage: Stage, which: Which | None = None, verb: Any = promote) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        loop.run(lambda: verb(stage.context(), which), at_s=stage.world.now)
    return refused.value


async def _promote(stage: Stage, which: Which) -> object:
    return await promote(stage.context(), which)


def test_of_several_pauses_one_is_chosen_by_its_id() -> None:
    stage = paused("fargate-pauses")
    first, second = _pauses(stage)
    refused = _refusal(stage)
    assert "2 things of service web wait" in refused.what
    assert refused.next_step == f"Choose one: --hook {first}, --hook {second}"
    for hook in (second, first):
        which = Which(hook)
        answer = loop.run(functools.partial(_promote, stage, which), at_s=stage.world.now)
        assert isinstance(answer, HookDecision)
        assert answer.hook == hook
    wait_for(stage, lambda: stage.service.history[0].stage != "POST_SCALE_UP")
    assert first in _refusal(stage, Which(first)).what


def test_cages_own_rollout_and_a_pause_are_told_apart() -> None:
    stage = paused()
    leave_canary(stage)
    (hook,) = _pauses(stage)
    refused = _refusal(stage, verb=abort)
    assert refused.next_step == f"Choose one: --hook {hook}, --rollout"
    own = _refusal(stage, Which(rollout=True))
    assert "is not waiting for approval" in own.what
    assert _pauses(stage) == [hook]


def test_an_earlier_deployment_that_is_paused_refuses_a_rollout_and_names_the_way_on() -> None:
    stage = paused()
    before = len(stage.api.calls)
    script = SHAPES["fargate-hooks"]()
    result = loop.run(
        lambda: roll_out(script.but(wait_for_turn_s=600.0), stage), at_s=stage.world.now
    )
    assert isinstance(result.outcome, Aborted)
    assert "is paused" in result.outcome.message
    assert "POST_TEST_TRAFFIC_SHIFT" in result.outcome.message
    assert "cage promote" in result.outcome.remedy
    assert "cage abort" in result.outcome.remedy
    changing = {"RegisterTaskDefinition", "RunTask", "UpdateService"}
    assert not changing & set(stage.api.calls[before:])


def test_status_shows_the_stage_the_traffic_the_hooks_and_what_happens_then() -> None:
    stage = paused("fargate-pauses")
    for _ in range(2):
        stage.continue_pauses()
        wait(stage, 120)
    wait_for(stage, lambda: bool(_pauses(stage)))
    status = loop.run(lambda: look(stage.context()), at_s=stage.world.now)
    text = "\n".join(lines(status))
    assert "stage PRE_PRODUCTION_TRAFFIC_SHIFT, 50% of traffic" in text
    assert "then ECS continues the deployment" in text
    assert "      cage promote --cluster main --service web" in text
    shown = record(status)["service_deployment"]
    assert shown["traffic_percent"] == 50.0
    assert [hook["status"] for hook in shown["hooks"]] == ["AWAITING_ACTION"]


def test_a_steady_service_costs_status_no_further_call() -> None:
    stage = SHAPES["fargate-hooks"]().stage()
    status = loop.run(lambda: look(stage.context()), at_s=stage.world.now)
    assert status.deployment is None
    assert "DescribeServiceDeployments" not in stage.api.calls


def test_a_rollback_that_pauses_is_left_too() -> None:
    stage = tell("fargate-rolling-hooks").act.stage
    script = SHAPES["fargate-rolling-hooks"]().but(on_pause="leave", task_definition=None)
    result = loop.run(lambda: rollback(stage.context(), script.request), at_s=stage.world.now)
    assert isinstance(result.outcome, StillFinishing)
    assert dataclasses.asdict(result.outcome)["reason"] == "Paused"


def test_early_success_is_not_proven_until_every_task_runs_and_is_healthy() -> None:
    def prepare(stage: Stage) -> None:
        late = [2]

        def change(task: Any) -> None:
            if task.revision.number > 1 and task.group.startswith("service:") and late[0]:
                late[0] -= 1
                task.plan.pending_s += 400.0

        stage.world.tasks.behaviors.append(change)

    story = tell("fargate-early-success", prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    service = story.act.stage.service
    counts = [
        e.running_count
        for e in story.all(events.DeploymentProgressed)
        if e.rollout_state == "COMPLETED"
    ]
    assert counts[0] == 2
    (proven,) = story.all(events.DeploymentProven)
    assert proven.took_s > 300
    assert service.count("RUNNING", deployment_id=service.primary.id) == 4


def test_early_success_whose_tasks_are_slow_is_left_and_not_rolled_back() -> None:
    def prepare(stage: Stage) -> None:
        def change(task: Any) -> None:
            if task.revision.number > 1 and task.group.startswith("service:"):
                late.append(task)
                task.plan.pending_s += 5000.0 if len(late) > 2 else 0.0

        late: list[Any] = []
        stage.world.tasks.behaviors.append(change)

    story = tell("fargate-early-success", prepare=prepare, timeouts=Timeouts(stable_s=600))
    assert isinstance(story.outcome, StillFinishing)
    assert "2 of 4 new tasks are running" in story.outcome.message
    assert story.act.calls.count("UpdateService") == 1
