"""A CloudWatch metric of the canary, or of the service, that must keep within bounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cage.checks.metric_check import judge
from cage.checks.requested.metrics import (
    SETTLED_S,
    MetricSettings,
    failing,
    passing,
    pattern_of,
)
from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Aborted, Failed, Passed, Promoted, Waiting
from cage.model.telemetry import Datapoint, Metric, Series
from cage.options.timeouts import Timeouts
from cage.rehearsal.stage import Stage
from ecs_simulator.world import ApiError
from ecs_simulator.world.errors import NoAnswerError
from tests.stories import Story, tell

CPU = MetricSettings(
    "<",
    80.0,
    metrics={"cpu": Metric("AWS/ECS", "CPUUtilization", {"ServiceName": "{service}"})},
)
NINE = datetime(2030, 1, 7, 9, tzinfo=UTC)


def ask(
    settings: MetricSettings = CPU,
    prepare: Callable[[Stage], None] | None = None,
    **differences: Any,
) -> Story:
    """Roll out with a metrics check."""
    shape = differences.pop("shape", "fargate")
    return tell(shape, checks=Requested(metrics=(settings,)), prepare=prepare, **differences)


def becomes(value: float | None, kind: type[events.Event], after_s: float) -> Any:
    """Have the metric change so long after the first event of a kind."""

    def prepare(stage: Stage) -> None:
        def hear(event: events.Event) -> None:
            if isinstance(event, kind) and hear in stage.listeners:
                stage.listeners.remove(hear)
                world = stage.world
                world.engine.after(
                    after_s, lambda: world.metrics.tell(pattern_of(CPU), value, world.now)
                )

        stage.listeners.append(hear)

    return prepare


def at_once(value: float | None) -> Callable[[Stage], None]:
    return lambda stage: stage.world.metrics.tell(pattern_of(CPU), value, 0.0)


def passed(story: Story) -> events.CheckPassed:
    (found,) = [e for e in story.all(events.CheckPassed) if e.check == "metrics"]
    return found


def test_enough_good_datapoints_since_the_canary_serves_promote() -> None:
    story = ask()
    assert isinstance(story.outcome, Promoted)
    said = passed(story)
    assert said.message == "Average AWS/ECS CPUUtilization was < 80 in 3 periods of 60 s"
    assert said.at > story.all(events.CanaryRegistered)[0].at
    assert SETTLED_S + 180 <= said.took_s < SETTLED_S + 260


def test_a_datapoint_out_of_bounds_aborts_and_says_which() -> None:
    story = ask(prepare=at_once(95.5))
    assert isinstance(story.outcome, Aborted)
    assert not story.outcome.inconclusive
    assert story.outcome.reason == "MetricOutOfBounds"
    assert story.outcome.message.startswith("Average AWS/ECS CPUUtilization was 95.5 at 09:0")
    assert story.outcome.message.endswith("UTC; it must be < 80")
    assert "UpdateService" not in story.act.calls
    assert story.act.took_s < 400


def test_what_was_so_before_the_canary_served_does_not_count() -> None:
    def prepare(stage: Stage) -> None:
        at_once(95.5)(stage)
        becomes(20.0, events.CanaryRegistered, 0.0)(stage)

    assert isinstance(ask(prepare=prepare).outcome, Promoted)


@pytest.mark.parametrize("period_s", [60, 300])
@pytest.mark.parametrize("seed", range(4))
def test_a_period_whose_data_has_not_arrived_yet_is_not_judged(seed: int, period_s: int) -> None:
    """Half of a period's requests are too few only if the other half never comes."""
    requests = Metric("Web", "Requests", {"ServiceName": "{service}"}, "Sum")
    settings = MetricSettings(
        ">=", 100.0, metrics={"requests": requests}, period_s=period_s, datapoints=2
    )

    def prepare(stage: Stage) -> None:
        stage.world.metrics.tell(pattern_of(settings), 100.0, 0.0)

    assert isinstance(ask(settings, prepare, seed=seed).outcome, Promoted)


def test_a_metric_without_data_is_inconclusive_and_never_a_pass() -> None:
    story = ask(prepare=at_once(None))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert story.outcome.reason == "TooLittleData"
    assert "CPUUtilization has 0 of 3 datapoints" in story.outcome.message
    assert "no data" in story.outcome.remedy


def test_a_metric_that_stops_too_soon_is_inconclusive() -> None:
    story = ask(prepare=becomes(None, events.CanaryRegistered, 100.0))
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert "has 1 of 3 datapoints" in story.outcome.message


def test_missing_values_in_between_are_waited_over() -> None:
    def prepare(stage: Stage) -> None:
        becomes(None, events.CanaryRegistered, 100.0)(stage)
        becomes(20.0, events.CanaryRegistered, 160.0)(stage)

    assert isinstance(ask(prepare=prepare).outcome, Promoted)


def test_one_that_rises_while_the_canary_bakes_aborts() -> None:
    story = ask(
        prepare=becomes(99.0, events.CanaryRegistered, 400.0), timeouts=Timeouts(bake_s=600)
    )
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "MetricOutOfBounds"
    assert story.all(events.CheckFailed)[0].check == "bake/metrics"


def test_several_metrics_are_about_the_same_time() -> None:
    memory = Metric("AWS/ECS", "MemoryUtilization", {"ServiceName": "{service}"})
    two = (CPU, MetricSettings("<", 90.0, metrics={"memory": memory}))
    story = tell("fargate", checks=Requested(metrics=two))
    assert isinstance(story.outcome, Promoted)
    first, second = (e.took_s for e in story.all(events.CheckPassed) if e.check == "metrics")
    assert first > SETTLED_S
    assert second < 5


def test_placeholders_stand_for_the_canary_and_its_service() -> None:
    dimensions = {
        "Task": "{task_id}",
        "Where": "{cluster}/{service}/{family}:{revision}@{region}",
        "TargetGroup": "{target_group}",
    }
    settings = MetricSettings("<", 1, metrics={"m": Metric("N", "M", dimensions)})
    seen: list[dict[str, str]] = []

    def prepare(stage: Stage) -> None:
        def gate(operation: str, params: dict[str, Any]) -> None:
            if operation == "GetMetricData":
                stat = params["MetricDataQueries"][0]["MetricStat"]
                found = stat["Metric"]["Dimensions"]
                seen.append({d["Name"]: d["Value"] for d in found})

        stage.world.gates.append(gate)

    story = ask(settings, prepare)
    assert isinstance(story.outcome, Promoted)
    (started,) = story.all(events.CanaryStarted)
    assert seen[0] == {
        "Task": started.task_arn.rpartition("/")[2],
        "Where": "main/web/web:2@us-east-1",
        "TargetGroup": "targetgroup/web/web123",
    }


def test_an_expression_is_asked_with_its_metrics_which_return_no_data() -> None:
    settings = MetricSettings(
        "<",
        1.0,
        expression="100 * errors / requests",
        metrics={n: Metric("Web", n.title(), {}, "Sum") for n in ("errors", "requests")},
    )
    seen: list[list[dict[str, Any]]] = []

    def prepare(stage: Stage) -> None:
        def gate(operation: str, params: dict[str, Any]) -> None:
            if operation == "GetMetricData":
                seen.append(params["MetricDataQueries"])

        stage.world.gates.append(gate)

    story = ask(settings, prepare)
    assert isinstance(story.outcome, Promoted)
    errors, requests, expression = seen[0]
    assert (errors["Id"], errors["ReturnData"]) == ("errors", False)
    assert requests["MetricStat"]["Stat"] == "Sum"
    assert expression["Expression"] == "100 * errors / requests"
    assert expression["ReturnData"] is True


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ApiError("AccessDenied", "not authorized", 403), "Access denied: GetMetricData"),
        (ApiError("ValidationError", "Error in expression: Syntax"), "Error in expression"),
    ],
)
def test_a_metric_that_cannot_be_read_is_inconclusive(error: ApiError, said: str) -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "GetMetricData":
                raise error

        stage.world.gates.append(gate)

    story = ask(prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.inconclusive
    assert story.outcome.reason == "MetricUnreadable"
    assert said in story.outcome.message
    assert story.outcome.remedy


def test_cloudwatch_that_gives_no_answer_is_inconclusive() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "GetMetricData":
                raise NoAnswerError(done=False)

        stage.world.gates.append(gate)

    story = ask(prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "NoAnswerFromAws"


def test_a_target_group_that_the_service_lacks_is_refused_before_anything_is_registered() -> None:
    settings = MetricSettings(
        "<", 1, metrics={"m": Metric("AWS/ApplicationELB", "M", {"TargetGroup": "{target_group}"})}
    )
    story = ask(settings, shape="fargate-no-balancer")
    assert isinstance(story.outcome, Aborted)
    assert "uses {target_group}" in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls


def test_cloudwatch_is_not_asked_again_before_a_new_datapoint_can_be_there() -> None:
    story = ask(timeouts=Timeouts(bake_s=600))
    assert isinstance(story.outcome, Promoted)
    assert story.act.calls.count("GetMetricData") < 40


def series(*values: float) -> Series:
    minutes = enumerate(values)
    return Series("m", tuple(Datapoint(NINE + timedelta(minutes=n), v) for n, v in minutes))


def test_one_bad_datapoint_fails_before_there_are_enough() -> None:
    found = judge(CPU, [series(10, 80)])
    assert isinstance(found, Failed)
    assert found.message.endswith("was 80 at 09:01:00 UTC; it must be < 80")


def test_every_series_of_an_expression_needs_enough() -> None:
    assert isinstance(judge(CPU, [series(1, 2, 3), series(1, 2)]), Waiting)
    assert isinstance(judge(CPU, [series(1, 2, 3), series(1, 2, 3)]), Passed)
    assert isinstance(judge(CPU, [series(1, 2, 3), series(1, float("nan"))]), Failed)
    assert isinstance(judge(CPU, []), Waiting)


@pytest.mark.parametrize("comparison", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("threshold", [-5.0, 0.0, 0.5, 80.0])
def test_a_rehearsed_metric_is_on_the_side_that_it_is_told(
    comparison: str, threshold: float
) -> None:
    settings = dataclasses.replace(CPU, comparison=comparison, threshold=threshold)
    assert settings.holds(passing(settings))
    assert not settings.holds(failing(settings))
