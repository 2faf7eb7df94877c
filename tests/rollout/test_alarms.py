"""CloudWatch alarms that must stay quiet, from the start until the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Aborted, Promoted, RolledBack, Severity, Unproven
from cage.options.timeouts import Timeouts
from cage.rehearsal.stage import Stage
from cage.wording.endings import ending
from ecs_simulator.world.errors import NoAnswerError
from tests.stories import Story, tell

ALARMS = Requested(alarms=("errors", "latency"))


def ring_when(kind: type[events.Event], after_s: float = 1.0, **differences: object) -> Story:
    """Roll out; one alarm goes off some time after the first event of a kind."""
    stages: list[Stage] = []

    def ring(stage: Stage) -> None:
        stage.world.alarms.states["latency"] = "ALARM"

    def sink(event: events.Event) -> None:
        if isinstance(event, kind) and stages:
            stage = stages.pop()
            stage.world.engine.after(after_s, lambda: ring(stage))

    return tell(checks=ALARMS, prepare=stages.append, sink=sink, **differences)  # type: ignore[arg-type]


def test_quiet_alarms_are_asked_throughout_and_the_revision_is_promoted() -> None:
    story = tell("fargate", checks=ALARMS)
    assert isinstance(story.outcome, Promoted)
    calls = story.act.calls
    asked = [number for number, call in enumerate(calls) if call == "DescribeAlarms"]
    assert asked[0] < calls.index("RegisterTaskDefinition")
    assert asked[-1] > calls.index("UpdateService")
    assert len(asked) > 5


_WATCHED = {"alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True}}


def _watched(state: str | None, **alarms: object) -> Callable[[Stage], None]:
    """Give the live service a deployment alarm in a state; None: the alarm doesn't exist."""

    def prepare(stage: Stage) -> None:
        stage.service.raw["deploymentConfiguration"] = {"alarms": {**_WATCHED["alarms"], **alarms}}
        if state is not None:
            stage.alarm("errors", state)

    return prepare


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("ALARM", "alarms: deployment alarm errors is in ALARM already"),
        (None, "alarms: deployment alarm errors of the service doesn't exist"),
    ],
)
def test_a_deployment_alarm_that_can_not_judge_is_refused(state: str | None, says: str) -> None:
    story = tell(prepare=_watched(state))
    assert isinstance(story.outcome, Aborted)
    assert says in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls
    assert ("--allow-active-alarms" in story.outcome.remedy) == (state == "ALARM")


@pytest.mark.parametrize("state", ["OK", "INSUFFICIENT_DATA"])
def test_a_deployment_alarm_that_is_quiet_refuses_nothing(state: str) -> None:
    story = tell(prepare=_watched(state))
    assert isinstance(story.outcome, Promoted)
    assert "DescribeAlarms" in story.act.calls


def test_a_deployment_alarm_that_ecs_does_not_watch_refuses_nothing() -> None:
    story = tell(prepare=_watched("ALARM", enable=False))
    assert isinstance(story.outcome, Promoted)


def test_an_active_deployment_alarm_can_be_allowed_and_is_still_reported() -> None:
    story = tell(prepare=_watched("ALARM"), allow_active_alarms=True)
    assert isinstance(story.outcome, Promoted)
    (verified,) = story.all(events.Verified)
    (finding,) = [f for f in verified.findings if f.verification == "alarms"]
    assert (finding.severity, finding.remedy) == (Severity.WARNING, "")


def test_without_alarms_cloudwatch_is_not_asked() -> None:
    assert "DescribeAlarms" not in tell("fargate").act.calls


def test_one_that_rings_already_is_refused_before_anything_is_registered() -> None:
    def prepare(stage: Stage) -> None:
        stage.world.alarms.states["latency"] = "ALARM"

    story = tell("fargate", checks=ALARMS, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.message.startswith("Alarm latency is in ALARM already.")
    assert "RegisterTaskDefinition" not in story.act.calls


def test_one_that_is_not_there_is_refused() -> None:
    def prepare(stage: Stage) -> None:
        del stage.world.alarms.states["errors"]

    story = tell("fargate", checks=ALARMS, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert "Alarm errors not found" in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls


def test_a_composite_alarm_is_one_too() -> None:
    def prepare(stage: Stage) -> None:
        stage.world.alarms.composite.add("errors")

    assert isinstance(tell("fargate", checks=ALARMS, prepare=prepare).outcome, Promoted)


def test_too_little_data_is_noted_and_is_no_alarm() -> None:
    def prepare(stage: Stage) -> None:
        stage.world.alarms.states["errors"] = "INSUFFICIENT_DATA"

    story = tell("fargate", checks=ALARMS, prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    (note,) = story.all(events.Noticed)
    assert "not enough data for errors" in note.message


@pytest.mark.parametrize("kind", [events.CanaryStarted, events.CanaryRegistered])
def test_one_that_goes_off_while_the_canary_is_checked_aborts(kind: type[events.Event]) -> None:
    story = ring_when(kind)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "AlarmRings"
    assert "alarm latency went into ALARM" in story.outcome.message
    assert "UpdateService" not in story.act.calls


def test_one_that_goes_off_during_the_deployment_has_the_service_put_back() -> None:
    story = ring_when(events.ServiceUpdated, holds=False)
    assert isinstance(story.outcome, RolledBack), story.outcome
    assert story.outcome.by == "cage"
    assert story.outcome.reason == "AlarmRings"
    assert story.act.stage.service.primary.revision.number == 1


def test_one_that_goes_off_after_the_deployment_has_the_service_put_back() -> None:
    bake = Timeouts(bake_after_s=300)
    story = ring_when(events.DeploymentProven, 60, timeouts=bake, holds=False)
    assert isinstance(story.outcome, RolledBack), story.outcome
    assert story.outcome.reason == "AlarmRings"


@pytest.mark.parametrize("shape", ["fargate", "fargate-blue-green"])
@pytest.mark.parametrize("on_failure", ["rollback", "keep"])
def test_what_to_do_about_it_is_told_last_after_the_way_back(shape: str, on_failure: str) -> None:
    story = ring_when(events.ServiceUpdated, 60, shape=shape, on_failure=on_failure, holds=False)
    last = ending(story.outcome, "web")
    look = "To see why, run: aws cloudwatch describe-alarms --alarm-names latency"
    assert last[-3].startswith(look), last


def test_what_to_do_is_told_last_after_a_way_back_out_of_the_bake() -> None:
    bake = Timeouts(bake_after_s=300)
    story = ring_when(events.DeploymentProven, 60, timeouts=bake, holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert ending(story.outcome, "web")[-3] == (
        "To see why, run: aws cloudwatch describe-alarms --alarm-names latency"
    )
    (finished,) = story.all(events.OperationFinished)
    assert finished.outcome == story.outcome


def test_one_that_goes_off_during_the_deployment_can_be_kept() -> None:
    story = ring_when(events.ServiceUpdated, on_failure="keep", holds=False)
    assert isinstance(story.outcome, Unproven)
    assert story.act.stage.service.primary.revision.number == 2


def test_a_deployment_that_moves_traffic_is_rolled_back_by_ecs_on_request() -> None:
    story = ring_when(events.ServiceUpdated, 90, shape="fargate-blue-green", holds=False)
    assert isinstance(story.outcome, RolledBack), story.outcome
    assert story.outcome.by == "cage"
    assert "StopServiceDeployment" in story.act.calls


def test_silence_of_cloudwatch_at_the_promotion_changes_nothing() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "DescribeAlarms" and "RegisterTargets" in stage.api.calls:
                raise NoAnswerError(done=False)

        stage.world.gates.append(gate)

    story = tell("fargate", checks=ALARMS, prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert "UpdateService" not in story.act.calls
