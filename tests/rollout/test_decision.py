"""`cage promote` and `cage abort`: what they do to a rollout elsewhere, and what they refuse."""

from __future__ import annotations

import pytest

from cage.canary import decision_tags
from cage.checks.requested.command import CommandSettings
from cage.checks.requests import Requested
from cage.context import Context
from cage.model import events, identity
from cage.model.errors import NotFoundError, RefusedError
from cage.model.events import Step
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.incidents.effects import canary_of, leave_canary
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.rollout.abort import abort
from cage.rollout.approval import promote
from cage.rollout.decision import Deciding, Effect, effect
from cage.runtime import clock
from cage.runtime.decisions import Word
from ecs_simulator import loop
from ecs_simulator.operations.times import stamp
from tests.rollout.decisions import tell

NOTHING_ASKED = Requested()


async def _promote(context: Context, _: Stage) -> Deciding:
    answer = await promote(context)
    assert isinstance(answer, Deciding)
    return answer


async def _abort(context: Context, _: Stage) -> Deciding:
    answer = await abort(context)
    assert isinstance(answer, Deciding)
    return answer


def _refused(stage: Stage, word: Word = Word.ABORT) -> RefusedError:
    decide = _abort if word is Word.ABORT else _promote
    with pytest.raises(RefusedError) as caught:
        loop.run(lambda: decide(stage.context(), stage), at_s=stage.world.now)
    assert "TagResource" not in stage.api.calls
    return caught.value


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer", "ec2-bridge"])
@pytest.mark.parametrize("after_s", [5.0, 20.0, 40.0])
def test_an_abort_ends_any_rollout_whose_canary_is_checked(shape: str, after_s: float) -> None:
    told = tell(_abort, events.CanaryStarted, after_s, shape=shape, checks=NOTHING_ASKED)
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    if answer.effect is Effect.TAKEN:
        outcome = told.result.outcome
        assert isinstance(outcome, Aborted)
        assert outcome.reason == "AbortedByHand"
        assert "UpdateService" not in told.stage.api.calls
        assert told.result.left_behind == ()
    else:
        assert answer.effect is Effect.TOO_LATE
        assert isinstance(told.result.outcome, Promoted)


def test_an_abort_ends_a_program_that_runs_for_minutes() -> None:
    def prepare(stage: Stage) -> None:
        stage.programs.takes_s = 280.0

    asked = Requested(commands=(CommandSettings(("./smoke.sh",)),))
    told = tell(_abort, events.CanaryStarted, 60, checks=asked, prepare=prepare)
    assert isinstance(told.result.outcome, Aborted)
    assert told.stage.programs.canceled == 1
    (failed,) = told.all(events.CheckFailed)
    assert (failed.check, failed.reason) == ("abort", "AbortedByHand")
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    assert answer.effect is Effect.TAKEN


def test_an_abort_that_comes_after_the_update_says_so_and_writes_nothing() -> None:
    told = tell(_abort, events.ServiceUpdated, 5.0, checks=NOTHING_ASKED)
    assert isinstance(told.result.outcome, Promoted)
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    assert answer.effect is Effect.TOO_LATE
    (updated,) = told.all(events.ServiceUpdated)
    assert answer.deployment_id == updated.deployment_id
    assert decision_tags.TAGS[Word.ABORT] not in canary_of(told.stage)[0].tags


@pytest.mark.parametrize("seed", range(6))
def test_an_abort_at_the_last_moment_is_honoured_or_too_late_never_both(seed: int) -> None:
    told = tell(_abort, events.StepStarted, 46 + seed, checks=NOTHING_ASKED, seed=seed)
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    aborted = isinstance(told.result.outcome, Aborted)
    assert answer.effect is (Effect.TAKEN if aborted else Effect.TOO_LATE)
    assert aborted is ("UpdateService" not in told.stage.api.calls)


def test_an_abort_that_is_asked_for_twice_is_written_once() -> None:
    async def twice(context: Context, stage: Stage) -> list[Deciding]:
        return [await _abort(context, stage), await _abort(context, stage)]

    told = tell(twice, events.CanaryRegistered, 1.0, checks=NOTHING_ASKED)
    (answers,) = told.answers
    assert isinstance(answers, list)
    assert [a.again for a in answers] == [False, True]
    assert {a.effect for a in answers} == {Effect.TAKEN}
    assert answers[0].decision == answers[1].decision


def test_a_promote_is_refused_while_nothing_waits_for_it() -> None:
    told = tell(_promote, events.CanaryStarted, checks=NOTHING_ASKED)
    assert isinstance(told.result.outcome, Promoted)
    (answer,) = told.answers
    assert isinstance(answer, RefusedError)
    assert answer.what == "Rollout r1 is not waiting for approval."
    assert "--approve" in answer.why


def test_a_promote_after_the_update_is_refused() -> None:
    told = tell(_promote, events.ServiceUpdated, 5.0, checks=NOTHING_ASKED)
    (answer,) = told.answers
    assert isinstance(answer, RefusedError)
    assert "has already changed the service" in answer.why


def test_without_a_rollout_there_is_nothing_to_decide() -> None:
    stage = SHAPES["fargate"]().stage()
    refused = _refused(stage)
    assert refused.what == "No rollout of service web is in progress."
    assert "cage status --region us-east-1 --cluster main --service web" in refused.next_step


def test_a_deployment_without_a_canary_is_put_back_by_a_rollback() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.call("update_service", cluster=stage.cluster, service="web", forceNewDeployment=True)
    assert "cage rollback" in _refused(stage).next_step


@pytest.mark.parametrize("word", list(Word))
def test_a_dead_rollout_is_named_with_what_sweeps_it(word: Word) -> None:
    stage = SHAPES["fargate"]().stage()
    leave_canary(stage)
    stage.world.run_until(stage.world.now + identity.LEASE_S + 1)
    refused = _refused(stage, word)
    assert refused.what == "The rollout another-rollout of service web is dead."
    assert "cage sweep --region us-east-1 --cluster main --service web" in refused.next_step


def test_a_rollout_that_has_changed_the_service_is_too_late_also_without_a_lease() -> None:
    stage = SHAPES["fargate"]().stage()
    leave_canary(stage)
    stage.world.run_until(stage.world.now + 5)
    stage.call("update_service", cluster=stage.cluster, service="web", forceNewDeployment=True)
    stage.world.run_until(stage.world.now + identity.LEASE_S + 1)
    answer = loop.run(lambda: _abort(stage.context(), stage), at_s=stage.world.now)
    assert answer.effect is Effect.TOO_LATE
    assert answer.deployment_id == stage.service.primary.id
    assert "changed the service" in _refused(stage, Word.PROMOTE).why


def test_a_canary_that_takes_no_tags_can_only_be_stopped() -> None:
    stage = SHAPES["fargate"]().stage()
    task = leave_canary(stage)
    task.tags.clear()
    assert f"--task {task.arn}" in _refused(stage).next_step


def test_of_two_live_rollouts_none_is_chosen() -> None:
    stage = SHAPES["fargate"]().stage()
    leave_canary(stage)
    leave_canary(stage)
    assert "Several rollouts" in _refused(stage).what


def test_a_wait_that_is_over_can_not_be_approved() -> None:
    stage = SHAPES["fargate"]().stage()
    task = leave_canary(stage)
    task.tags[decision_tags.STEP_TAG] = decision_tags.awaited(stamp(stage.world.now - 1), "0" * 16)
    assert "no longer waits" in _refused(stage, Word.PROMOTE).what


def test_a_wait_without_a_time_zone_was_not_written_by_cage() -> None:
    stage = SHAPES["fargate"]().stage()
    task = leave_canary(stage)
    task.tags[decision_tags.STEP_TAG] = "approval until 2031-01-01T00:00:00"
    assert "waiting for approval" in _refused(stage, Word.PROMOTE).what


def test_a_rollout_that_takes_no_notice_is_told_so() -> None:
    stage = SHAPES["fargate"]().stage()
    task = leave_canary(stage)

    async def both() -> tuple[Deciding, float]:
        began = clock.monotonic()
        return await _abort(stage.context(), stage), clock.monotonic() - began

    answer, took_s = loop.run(both, at_s=stage.world.now)
    assert answer.effect is Effect.NOT_NOTICED
    assert 60 <= took_s < 62
    assert decision_tags.TAGS[Word.ABORT] in task.tags


def test_a_service_that_is_not_there_is_an_error_with_a_next_step() -> None:
    stage = SHAPES["fargate"]().stage()
    with pytest.raises(NotFoundError) as caught:
        loop.run(lambda: abort(stage.context().at("wbe")), at_s=stage.world.now)
    assert "--service" in caught.value.next_step


@pytest.mark.parametrize(
    ("word", "noticed", "gone", "changed", "expected"),
    [
        (Word.PROMOTE, None, False, True, Effect.TAKEN),
        (Word.PROMOTE, Word.PROMOTE, False, False, None),
        (Word.PROMOTE, Word.ABORT, False, False, Effect.OVERRULED),
        (Word.PROMOTE, None, True, False, Effect.OVERRULED),
        (Word.PROMOTE, None, False, False, None),
        (Word.ABORT, None, False, True, Effect.TOO_LATE),
        (Word.ABORT, None, True, True, Effect.TOO_LATE),
        (Word.ABORT, Word.PROMOTE, False, False, None),
        (Word.ABORT, Word.ABORT, False, False, Effect.TAKEN),
        (Word.ABORT, None, True, False, Effect.TAKEN),
    ],
)
def test_the_effect_of_a_decision_is_what_the_rollout_shows(
    word: Word,
    noticed: Word | None,
    gone: bool,
    changed: bool,
    expected: Effect | None,
) -> None:
    assert effect(word, noticed, gone=gone, changed=changed) is expected


def test_the_step_at_which_it_was_aborted_is_told() -> None:
    told = tell(_abort, events.CanaryStarted, 10.0, checks=NOTHING_ASKED)
    assert isinstance(told.result.outcome, Aborted)
    assert told.result.outcome.step == Step.CHECK
