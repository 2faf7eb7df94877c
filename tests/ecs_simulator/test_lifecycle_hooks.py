"""Lifecycle hooks: functions that are invoked at a stage, and pauses that wait at one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ecs_simulator.world.functions import Answer, read
from tests.ecs_simulator.stages import (
    deploy,
    said,
    settled,
    shifted,
    shown,
    stages,
    up,
    wait,
    wait_for,
)

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.functions import Answered

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:smoke"
DAY_S = 86400.0
_PRE_SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT"


def function(*stages: str, **more: Any) -> dict[str, Any]:
    """A hook that invokes the function."""
    role = "arn:aws:iam::123456789012:role/hooks"
    return {"hookTargetArn": FUNCTION, "roleArn": role, "lifecycleStages": list(stages), **more}


def pause(*stages: str, minutes: int | None = None, action: str | None = None) -> dict[str, Any]:
    """A hook that pauses."""
    limit = {"timeoutInMinutes": minutes, "action": action}
    given = {key: value for key, value in limit.items() if value is not None}
    timeout = {"timeoutConfiguration": given} if given else {}
    return {"targetType": "PAUSE", "lifecycleStages": list(stages), **timeout}


def play(stage: Stage, *answers: Answer, takes_s: float = 1.0) -> None:
    """Let the function answer so from now on."""
    functions = stage.world.functions
    functions.played["smoke"] = functions.later(takes_s, *answers)


def listed(stage: Stage) -> list[dict[str, Any]]:
    """The hooks that DescribeServiceDeployments shows."""
    found: list[dict[str, Any]] = shown(stage).get("lifecycleHookDetails", [])
    return found


def decide(stage: Stage, action: str | None = None, hook_id: str | None = None) -> None:
    """Decide the first pause, by the API."""
    chosen = {} if action is None else {"action": action}
    stage.call(
        "continue_service_deployment",
        serviceDeploymentArn=stage.service.history[0].arn,
        hookId=hook_id or listed(stage)[0]["hookId"],
        **chosen,
    )


def at(stage: Stage, name: str) -> bool:
    return stage.service.history[0].stage == name


def invoked(stage: Stage) -> int:
    return sum(1 for h in stage.world.engine.trace if h.what == "hook invoked")


def test_a_function_that_succeeds_lets_the_deployment_continue() -> None:
    stage = shifted(lifecycleHooks=[function("PRE_SCALE_UP")])
    play(stage, Answer("SUCCEEDED"), takes_s=100.0)
    deploy(stage)
    wait_for(stage, lambda: bool(listed(stage)))
    (hook,) = listed(stage)
    assert (hook["targetType"], hook["targetArn"]) == ("AWS_LAMBDA", FUNCTION)
    assert (hook["status"], hook["timeoutAction"]) == ("IN_PROGRESS", "ROLLBACK")
    assert shown(stage)["lifecycleStage"] == "PRE_SCALE_UP"
    assert stage.service.count("RUNNING", "PENDING", deployment_id=stage.service.primary.id) == 0
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


def test_a_function_that_fails_rolls_the_deployment_back_in_ecs_s_words() -> None:
    stage = shifted(lifecycleHooks=[function("POST_TEST_TRAFFIC_SHIFT")])
    play(stage, Answer("FAILED"))
    deployment = deploy(stage)
    wait_for(stage, settled(stage))
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_SUCCESSFUL")
    assert deployment.rollout_state == "FAILED"
    words = (
        "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. "
        f"Lifecycle hook target {FUNCTION} returned FAILED status."
    )
    assert shown(stage)["statusReason"] == words
    assert any(f"deployment failed: {words}" in line for line in said(stage))
    assert stage.world.healthy_targets(stage.service) == 3


def test_a_function_that_is_in_progress_is_invoked_again_with_what_it_returned() -> None:
    stage = shifted(lifecycleHooks=[function("POST_SCALE_UP", hookDetails={"bucket": "b"})])
    received: list[dict[str, Any]] = []
    times: list[float] = []
    answers = [
        {"hookStatus": "IN_PROGRESS", "hookDetails": {"seen": 1}},
        {"hookStatus": "IN_PROGRESS", "callBackDelay": 60},
        {"hookStatus": "SUCCEEDED"},
    ]

    def smoke(payload: dict[str, Any], answered: Answered) -> None:
        received.append(payload)
        times.append(stage.world.now)
        answered(read(answers[len(received) - 1]))

    stage.world.functions.played[FUNCTION] = smoke
    deploy(stage)
    wait_for(stage, settled(stage))
    assert [r.get("hookDetails") for r in received] == [
        {"bucket": "b"},
        {"bucket": "b", "seen": 1},
        {"bucket": "b", "seen": 1},
    ]
    assert [b - a for a, b in itertools.pairwise(times)] == [30.0, 60.0]
    assert len({r["executionId"] for r in received}) == 1
    assert received[0]["lifecycleStage"] == "POST_SCALE_UP"
    assert received[0]["resourceArn"] == stage.service.history[0].arn
    assert received[0]["executionDetails"]["targetServiceRevisionArn"] == (
        stage.service.history[0].target.arn
    )


@pytest.mark.parametrize("answer", [{}, [], "SUCCEEDED", {"hookStatus": "GOOD"}, None])
def test_an_answer_that_ecs_does_not_understand_rolls_back(answer: object) -> None:
    stage = shifted(lifecycleHooks=[function("PRE_SCALE_UP")])
    play(stage, read(answer))
    deploy(stage)
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_SUCCESSFUL")
    assert "HookStatus must not be null" in shown(stage)["statusReason"]


def test_a_function_that_does_not_answer_within_fifteen_minutes_has_failed() -> None:
    stage = shifted(lifecycleHooks=[function("PRE_SCALE_UP")])
    play(stage)
    deploy(stage)
    took_s = wait_for(stage, lambda: "ROLLBACK" in shown(stage)["status"])
    assert 900 < took_s < 930


@pytest.mark.parametrize(("action", "status"), [("CONTINUE", "SUCCESSFUL"), (None, "ROLLBACK")])
def test_a_function_that_is_in_progress_for_too_long_times_out(
    action: str | None, status: str
) -> None:
    limit = {"timeoutInMinutes": 10, **({"action": action} if action else {})}
    stage = shifted(lifecycleHooks=[function("PRE_SCALE_UP", timeoutConfiguration=limit)])
    play(stage, Answer("IN_PROGRESS", 45.0))
    deploy(stage)
    wait_for(stage, lambda: bool(listed(stage)))
    began = stage.service.history[0].entered_s
    expires = listed(stage)[0]["expiresAt"]
    assert (expires - shown(stage)["startedAt"]).total_seconds() == pytest.approx(600, abs=5)
    hook = stage.service.history[0].hooks[0]
    wait_for(stage, lambda: not hook.open)
    assert hook.status == "TIMED_OUT"
    assert stage.world.now - began == pytest.approx(600, abs=5)
    wait_for(stage, lambda: shown(stage)["status"].startswith(status))


def test_a_pause_waits_for_fourteen_days_and_the_old_tasks_serve() -> None:
    minutes = 20160
    stage = shifted(lifecycleHooks=[pause("POST_TEST_TRAFFIC_SHIFT", minutes=minutes)])
    deploy(stage)
    wait_for(stage, lambda: bool(listed(stage)))
    (hook,) = listed(stage)
    assert hook["hookId"].startswith("ecs-pause-")
    assert (hook["targetType"], hook["status"]) == ("PAUSE", "AWAITING_ACTION")
    assert "targetArn" not in hook
    wait(stage, 13.9 * DAY_S)
    assert shown(stage)["status"] == "IN_PROGRESS"
    assert stage.world.healthy_targets(stage.service) == 3
    decide(stage)
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("action", "status"), [("CONTINUE", "SUCCESSFUL"), ("ROLLBACK", "ROLLBACK_SUCCESSFUL")]
)
def test_a_pause_that_expires_does_what_it_is_configured_to(action: str, status: str) -> None:
    stage = shifted(lifecycleHooks=[pause("POST_SCALE_UP", minutes=30, action=action)])
    deploy(stage)
    wait_for(stage, lambda: at(stage, "POST_SCALE_UP"))
    paused_s = wait_for(stage, lambda: not at(stage, "POST_SCALE_UP") or "ROLL" in status)
    assert action == "ROLLBACK" or paused_s == pytest.approx(1800, abs=5)
    wait_for(stage, lambda: shown(stage)["status"] == status)


def test_anyone_can_roll_a_pause_back() -> None:
    stage = shifted(lifecycleHooks=[pause("POST_PRODUCTION_TRAFFIC_SHIFT")])
    before = {t.id for t in stage.service.tasks}
    deploy(stage)
    wait_for(stage, lambda: bool(listed(stage)))
    decide(stage, "ROLLBACK")
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_SUCCESSFUL")
    wait(stage, 60)
    assert {t.id for t in stage.service.tasks} == before


def test_a_stage_waits_for_all_of_its_hooks_which_run_at_once() -> None:
    hooks = [pause("POST_SCALE_UP"), function("POST_SCALE_UP"), pause("POST_SCALE_UP")]
    stage = shifted(lifecycleHooks=hooks)
    deploy(stage)
    wait_for(stage, lambda: [h["status"] for h in listed(stage)].count("SUCCEEDED") == 1)
    first, _, last = listed(stage)
    decide(stage, "CONTINUE", first["hookId"])
    wait(stage, 600)
    assert [h["status"] for h in listed(stage)] == ["SUCCEEDED", "SUCCEEDED", "AWAITING_ACTION"]
    decide(stage, "CONTINUE", last["hookId"])
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


def test_one_hook_that_says_no_rolls_back_whatever_the_others_say() -> None:
    stage = shifted(lifecycleHooks=[pause("POST_SCALE_UP"), function("POST_SCALE_UP")])
    play(stage, Answer("FAILED"))
    deploy(stage)
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_SUCCESSFUL")
    assert listed(stage) == [] or all(h["status"] != "AWAITING_ACTION" for h in listed(stage))


def test_each_step_of_traffic_pauses_again_with_an_id_of_its_own() -> None:
    linear = {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1}
    stage = shifted("LINEAR", linearConfiguration=linear, lifecycleHooks=[pause(_PRE_SHIFT)])
    deploy(stage)
    ids, weights = set(), []
    for _ in range(3):
        wait_for(stage, lambda: any(h["status"] == "AWAITING_ACTION" for h in listed(stage)))
        ids.add(listed(stage)[0]["hookId"])
        weights.append(stage.service.history[0].weight)
        decide(stage)
    wait_for(stage, settled(stage))
    assert (len(ids), weights) == (3, [0.0, 40.0, 80.0])
    assert stages(stage).count("PRODUCTION_TRAFFIC_SHIFT") == 3


def test_a_function_at_a_shift_sees_its_weights_and_those_of_the_rollback() -> None:
    stage = shifted(
        lifecycleHooks=[
            function("PRODUCTION_TRAFFIC_SHIFT"),
            pause("POST_PRODUCTION_TRAFFIC_SHIFT"),
        ]
    )
    seen: list[dict[str, float]] = []

    def smoke(payload: dict[str, Any], answered: Answered) -> None:
        seen.append(payload["executionDetails"]["productionTrafficWeights"])
        answered(Answer("SUCCEEDED"))

    stage.world.functions.played["smoke"] = smoke
    deploy(stage)
    wait_for(stage, lambda: at(stage, "POST_PRODUCTION_TRAFFIC_SHIFT"))
    decide(stage, "ROLLBACK")
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_SUCCESSFUL")
    record = stage.service.history[0]
    blue, green = record.sources[0].arn, record.target.arn
    assert seen == [{green: 100.0, blue: 0.0}, {green: 0.0, blue: 100.0}]


def test_the_first_deployment_of_a_service_pauses_too() -> None:
    stage = shifted(lifecycleHooks=[pause("PRE_SCALE_UP")])
    (first,) = stage.service.history
    assert first.status == "SUCCESSFUL"
    assert any(h.what == "hook AWAITING_ACTION" for h in stage.world.engine.trace)


def test_a_rolling_deployment_pauses_before_its_first_task_and_before_it_completes() -> None:
    hooks = [pause("PRE_SCALE_UP", minutes=20160), pause("POST_SCALE_UP")]
    stage = up(deploymentConfiguration={"lifecycleHooks": hooks})
    deployment = deploy(stage)
    wait_for(stage, lambda: at(stage, "PRE_SCALE_UP"))
    wait(stage, 3 * DAY_S)
    assert stage.service.count("RUNNING", "PENDING", deployment_id=deployment.id) == 0
    decide(stage)
    wait_for(stage, lambda: at(stage, "POST_SCALE_UP"))
    wait(stage, 600)
    assert deployment.rollout_state == "IN_PROGRESS"
    assert stage.service.count("RUNNING", deployment_id=deployment.id) == 3
    decide(stage)
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


def test_a_pause_can_be_stopped_like_any_deployment() -> None:
    stage = shifted(lifecycleHooks=[pause("POST_SCALE_UP")])
    deploy(stage)
    wait_for(stage, lambda: at(stage, "POST_SCALE_UP"))
    arn = stage.service.history[0].arn
    stage.call("stop_service_deployment", serviceDeploymentArn=arn, stopType="ROLLBACK")
    wait_for(stage, lambda: shown(stage)["status"] == "ROLLBACK_SUCCESSFUL")
    assert listed(stage) == []


def test_a_stage_that_takes_more_than_a_day_without_a_pause_is_rolled_back() -> None:
    stage = shifted(lifecycleHooks=[])
    stage.world.fargate_capacity = lambda _revision, _group: False
    deploy(stage)
    wait_for(stage, lambda: "ROLLBACK" in shown(stage)["status"], 90_000, every_s=60)
    assert "24 hours" in shown(stage)["statusReason"]


def _answer_of(stage: Stage, **params: Any) -> str:
    with pytest.raises(ClientError) as refused:
        stage.call("continue_service_deployment", **params)
    return str(refused.value.response["Error"]["Code"])


def test_what_does_not_wait_cannot_be_continued() -> None:
    stage = shifted(lifecycleHooks=[pause("PRE_SCALE_UP"), function("PRE_SCALE_UP")])
    play(stage, Answer("SUCCEEDED"), takes_s=300.0)
    over = stage.service.history[0].arn
    deploy(stage)
    wait_for(stage, lambda: bool(listed(stage)))
    arn, (paused, running) = stage.service.history[0].arn, listed(stage)
    unknown = f"{arn}x"
    assert (
        _answer_of(stage, serviceDeploymentArn=unknown, hookId="h")
        == "ServiceDeploymentNotFoundException"
    )
    for known, hook_id in ((over, "h"), (arn, "h"), (arn, running["hookId"])):
        code = _answer_of(stage, serviceDeploymentArn=known, hookId=hook_id)
        assert code == "InvalidParameterException"
    decide(stage, "CONTINUE", paused["hookId"])
    code = _answer_of(stage, serviceDeploymentArn=arn, hookId=paused["hookId"])
    assert code == "InvalidParameterException"
