"""A rollout that waits for approval: who decides, who doesn't, and what happens meanwhile."""

from __future__ import annotations

import pytest

from cage.canary import decision_tags
from cage.checks.approve import ApproveSettings
from cage.checks.requests import Requested
from cage.context import Context
from cage.model import events
from cage.model.events import Step
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.effects import canary_of, deploy_by_hand
from cage.rehearsal.stage import Stage
from cage.rollout.abort import abort
from cage.rollout.approval import promote
from cage.rollout.decision import Deciding, Effect
from cage.runtime import clock
from cage.runtime.decisions import Decision, Decisions, Word
from ecs_simulator.operations.reads import lag
from ecs_simulator.world.task_entities import SimTask
from tests.rollout.decisions import ASKED, tell
from tests.stories import tell as tell_alone

AWAITED = events.ApprovalAwaited


async def _promote(context: Context, _: Stage) -> Deciding:
    answer = await promote(context)
    assert isinstance(answer, Deciding)
    return answer


async def _abort(context: Context, _: Stage) -> Deciding:
    answer = await abort(context)
    assert isinstance(answer, Deciding)
    return answer


def _nobody(stage: Stage) -> None:
    """Have nobody approve of what the rehearsal rolls out."""
    stage.approves_after_s = None


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer", "ec2-bridge"])
def test_who_approves_has_it_promoted_and_is_named(shape: str) -> None:
    told = tell(_promote, AWAITED, 120, shape=shape)
    assert isinstance(told.result.outcome, Promoted)
    (passed,) = (e for e in told.all(events.CheckPassed) if e.check == "approve")
    said = "someone who says they are arn:aws:sts::123456789012:assumed-role/Deployer_eu/alice"
    assert passed.message.startswith(f"approved by {said} at 2030-")
    assert 120 <= passed.took_s < 140
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    assert (answer.effect, answer.again, answer.rollout) == (Effect.TAKEN, False, "r1")


def test_the_wait_comes_after_every_check_and_tells_how_to_decide() -> None:
    told = tell(_promote, AWAITED)
    (awaited,) = told.all(AWAITED)
    assert awaited.ways[0] == "cage promote --region us-east-1 --cluster main --service web"
    before = [e.check for e in told.all(events.CheckPassed) if e.at < awaited.at]
    assert "target-health" in before
    assert Step.APPROVE in [e.step for e in told.all(events.StepStarted)]


def test_who_aborts_leaves_the_service_untouched_and_is_named() -> None:
    told = tell(_abort, AWAITED)
    outcome = told.result.outcome
    assert isinstance(outcome, Aborted)
    assert (outcome.step, outcome.reason) == (Step.APPROVE, "AbortedByHand")
    assert "alice" in outcome.message
    assert not outcome.inconclusive
    assert told.result.diagnosis is None
    assert told.stage.service.primary.revision.number == 1
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    assert answer.effect is Effect.TAKEN


def test_without_an_answer_by_the_deadline_it_is_aborted_and_inconclusive() -> None:
    story = tell_alone(checks=ASKED, prepare=_nobody)
    outcome = story.outcome
    assert isinstance(outcome, Aborted)
    assert outcome.inconclusive
    assert outcome.reason == "NoDecision"
    assert outcome.message == "no one decided within 600 s"
    (failed,) = story.all(events.CheckFailed)
    assert 599 < failed.took_s < 611


def test_waiting_costs_few_calls() -> None:
    story = tell_alone(checks=ASKED, prepare=_nobody)
    without = tell_alone()
    calls = story.act.calls.count("DescribeTasks") - without.act.calls.count("DescribeTasks")
    assert calls < 70
    assert story.act.calls.count("TagResource") < 26


def test_a_canary_that_dies_while_it_waits_ends_the_wait() -> None:
    def prepare(stage: Stage) -> None:
        _nobody(stage)
        stage.world.tasks.behaviors.append(
            lambda task: (
                task.plan.exits.append(("", 200.0, 1, ""))
                if task.group.startswith("cage:")
                else None
            )
        )

    story = tell_alone(checks=ASKED, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert "exited with 1" in story.outcome.message
    assert story.all(events.CheckFailed)[0].check.startswith("approve/")
    assert story.act.result is not None
    assert story.act.result.diagnosis is not None


def test_an_alarm_that_rings_while_it_waits_ends_the_wait() -> None:
    stages: list[Stage] = []

    def sink(event: events.Event) -> None:
        if isinstance(event, AWAITED):
            alarms = stages[0].world.alarms.states
            stages[0].world.engine.after(90, lambda: alarms.update(errors="ALARM"))

    asked = ASKED.but(alarms=("errors",))

    def prepare(stage: Stage) -> None:
        _nobody(stage)
        stages.append(stage)

    story = tell_alone(checks=asked, prepare=prepare, sink=sink)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "AlarmRings"


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_a_promote_after_the_alarm_is_overruled_and_says_so(seed: int) -> None:
    asked = ASKED.but(alarms=("errors",))

    async def ring_and_promote(context: Context, stage: Stage) -> Deciding:
        stage.world.alarms.states["errors"] = "ALARM"
        answer = await promote(context)
        assert isinstance(answer, Deciding)
        return answer

    told = tell(ring_and_promote, AWAITED, checks=asked, seed=seed)
    assert isinstance(told.result.outcome, Aborted)
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    assert answer.effect is Effect.OVERRULED


@pytest.mark.parametrize("seed", range(4))
def test_of_two_who_differ_the_abort_wins(seed: int) -> None:
    async def both(context: Context, stage: Stage) -> Deciding:
        arn = canary_of(stage)[0].arn
        for tag in decision_tags.TAGS.values():
            value = "2030-01-07T09:05:00Z by bob"
            stage.call("tag_resource", resourceArn=arn, tags=[{"key": tag, "value": value}])
        answer = await promote(context)
        assert isinstance(answer, Deciding)
        return answer

    told = tell(both, AWAITED, seed=seed)
    assert isinstance(told.result.outcome, Aborted)
    said = "someone who says they are bob at 2030-01-07T09:05:00Z"
    assert told.result.outcome.message == f"an abort was requested by {said}"
    (answer,) = told.answers
    assert "it overrides an approval" in str(answer)


_BEFORE_TRAFFIC = Requested(approve=ApproveSettings(600, before_traffic=True))


@pytest.mark.parametrize("early", [True, False])
def test_the_place_of_the_canary_while_it_waits_is_a_choice_and_said(early: bool) -> None:
    told = tell(_promote, AWAITED, checks=_BEFORE_TRAFFIC if early else ASKED)
    assert isinstance(told.result.outcome, Promoted)
    (awaited,) = told.all(AWAITED)
    (registered,) = told.all(events.CanaryRegistered)
    assert (registered.at > awaited.at) is early
    assert awaited.canary_serves is not early
    passed = [e.check for e in told.all(events.CheckPassed) if e.check != "abort"]
    assert passed.count("target-health") == passed.count("running") == 1


def test_an_abort_counts_after_an_approval_before_traffic() -> None:
    decisions = Decisions(("a file",))

    async def approve_then_abort(_context: Context, _stage: Stage) -> list[bool]:
        approved = decisions.promote("the file")
        await clock.sleep(10)
        return [approved, decisions.abort("the file")]

    told = tell(approve_then_abort, AWAITED, checks=_BEFORE_TRAFFIC, decisions=decisions)
    assert told.answers == [[True, True]]
    assert isinstance(told.result.outcome, Aborted)
    assert told.result.outcome.reason == "AbortedByHand"
    assert not told.all(events.ServiceUpdated)


def test_an_approval_before_traffic_is_of_one_canary_too() -> None:
    decisions = Decisions(("a file",))
    with decisions.open(more=True):
        assert decisions.promote("ana")
    decisions.reopen()
    assert decisions.taken is None


async def _forge(_context: Context, stage: Stage) -> None:
    """Tag the canary with an approval that quotes another question, or none."""
    for value in ("2031-01-07T09:05:00Z by alice", f"2031-01-07T09:05:00Z to {'0' * 16} by alice"):
        tag = {"key": decision_tags.TAGS[Word.PROMOTE], "value": value}
        stage.call("tag_resource", resourceArn=canary_of(stage)[0].arn, tags=[tag])
        await clock.sleep(30)


@pytest.mark.parametrize("asked", [True, False])
def test_an_approval_that_does_not_answer_the_question_is_ignored(asked: bool) -> None:
    told = tell(_forge, AWAITED if asked else events.CanaryStarted, 20 if asked else 3)
    outcome = told.result.outcome
    assert isinstance(outcome, Aborted)
    assert outcome.reason == "NoDecision"
    assert told.all(AWAITED)


def test_tags_that_ecs_copies_from_the_task_definition_approve_nothing() -> None:
    def prepare(stage: Stage) -> None:
        _nobody(stage)
        forged = {"cage:promote": "2031-01-07T09:05:00Z by alice"}

        def copied(task: SimTask) -> None:
            task.tags |= forged if task.group.startswith("cage:") else {}

        stage.world.tasks.behaviors.append(copied)

    story = tell_alone(checks=ASKED, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "NoDecision"


def test_an_approval_before_it_is_asked_for_does_not_count() -> None:
    decisions = Decisions(("a file",))

    async def too_early(_context: Context, _stage: Stage) -> bool:
        return decisions.promote("the file")

    told = tell(too_early, events.CanaryStarted, 3, decisions=decisions)
    assert told.answers == [False]
    assert isinstance(told.result.outcome, Aborted)
    assert told.result.outcome.reason == "NoDecision"


def test_reads_that_lag_delay_the_decision_and_lose_none() -> None:
    told = tell(_promote, AWAITED, prepare=lambda stage: lag(stage.world))
    assert isinstance(told.result.outcome, Promoted)
    (answer,) = told.answers
    assert isinstance(answer, Deciding)
    assert answer.effect is Effect.TAKEN


@pytest.mark.parametrize("word", list(Word))
def test_a_decision_from_beside_aws_counts_at_once(word: Word) -> None:
    decisions = Decisions(("signal SIGUSR1 promotes",))

    async def signal(_context: Context, _stage: Stage) -> bool:
        return decisions(Decision(word, "SIGUSR1"))

    told = tell(signal, AWAITED, 300, decisions=decisions)
    assert told.answers == [True]
    promoted = word is Word.PROMOTE
    assert isinstance(told.result.outcome, Promoted if promoted else Aborted)
    (awaited,) = told.all(AWAITED)
    assert awaited.ways[-1] == "signal SIGUSR1 promotes"
    ended = [e for e in told.events if getattr(e, "check", "") in {"approve", "abort"}]
    assert (ended[0].at - awaited.at).total_seconds() < 303


def test_an_approval_is_of_one_canary_and_the_next_one_is_asked_about_again() -> None:
    decisions = Decisions(("a file",))

    async def approve_too_late(_context: Context, stage: Stage) -> bool:
        deploy_by_hand(stage, stage.service.primary.revision.arn)
        return decisions.promote("the file")

    told = tell(approve_too_late, AWAITED, decisions=decisions, wait_for_turn_s=3000)
    assert told.answers == [True]
    assert len(told.all(AWAITED)) == 2
    assert isinstance(told.result.outcome, Aborted)
    assert told.result.outcome.reason == "NoDecision"
    assert not told.all(events.ServiceUpdated)


def test_a_service_whose_tasks_take_no_tags_needs_another_way_to_decide() -> None:
    def prepare(stage: Stage) -> None:
        stage.service.arn = stage.service.arn.replace(f"service/{stage.cluster}/", "service/")

    story = tell_alone(checks=ASKED, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert "--approve-file" in story.outcome.remedy
    assert "RegisterTaskDefinition" not in story.act.calls
    decisions = Decisions(("a file",))

    async def file(_context: Context, _stage: Stage) -> bool:
        return decisions(Decision(Word.PROMOTE, "the file"))

    told = tell(file, AWAITED, decisions=decisions, prepare=prepare)
    assert isinstance(told.result.outcome, Promoted)
    assert told.all(AWAITED)[0].ways == ("a file",)


def test_who_may_not_tag_says_so_and_still_waits_for_other_ways() -> None:
    decisions = Decisions(("a file",))

    async def file(_context: Context, _stage: Stage) -> bool:
        return decisions(Decision(Word.PROMOTE, "the file"))

    def prepare(stage: Stage) -> None:
        CATALOG["deny-tag-resource"].arm(stage)

    told = tell(file, AWAITED, decisions=decisions, prepare=prepare)
    assert isinstance(told.result.outcome, Promoted)
    assert any("cage:step is not set" in e.message for e in told.all(events.Noticed))


def test_a_rehearsal_approves_by_itself_after_a_minute() -> None:
    story = tell_alone("fargate-approve")
    assert isinstance(story.outcome, Promoted)
    (passed,) = (e for e in story.all(events.CheckPassed) if e.check == "approve")
    assert passed.message == "approved by the rehearsal"
    assert 60 <= passed.took_s < 71


def test_what_waiting_takes_is_part_of_how_long_a_rollout_may_take() -> None:
    assert ASKED.longest_s == Requested().longest_s + 600
    assert Requested(approve=ApproveSettings()).longest_s == 1800
