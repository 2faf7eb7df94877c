"""Given a service with tasks, when it is rolled out, then its healthy targets are counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from cage.availability.floor import Floor
from cage.model import events
from cage.model.outcome import Aborted, Availability, Promoted, RolledBack
from cage.options.timeouts import Timeouts
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.reports.jsonl import record
from cage.rollout.watch import EACH_S, FLOOR_EACH_S
from cage.wording.endings import ending
from ecs_simulator.world import ApiError
from tests.stories import Story, tell

_SHIFTING = ("fargate-blue-green", "fargate-linear", "fargate-canary")
_EACH_KIND = ("fargate", "fargate-two-groups", *_SHIFTING)


def _counted(story: Story) -> Availability:
    assert story.act.result is not None
    counted = story.act.result.availability
    assert counted is not None
    (finished,) = story.all(events.OperationFinished)
    assert finished.availability == counted
    assert record(finished)["availability"]["fewest_healthy"] == counted.fewest_healthy
    return counted


def _lose(tasks: int, *, after_s: float) -> Callable[[Stage], None]:
    """Let so many of the service's present tasks exit some time after the start."""

    def prepare(stage: Stage) -> None:
        def lose() -> None:
            for task in stage.service.tasks[:tasks]:
                stage.world.tasks.exit_container(task, "web", 1)

        stage.world.engine.after(after_s, lose)

    return prepare


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", ["fargate", "fargate-tight", "ec2-bridge", "fargate-two-groups"])
def test_the_ledger_agrees_with_what_the_world_shows(shape: str, seed: int) -> None:
    story = tell(shape, seed=seed)
    counted = _counted(story)
    assert counted.healthy_before == story.act.before == 3
    assert counted.fewest_healthy >= story.act.fewest
    assert counted.fewest_healthy <= counted.healthy_before
    assert counted.targets


def test_a_tight_service_is_seen_to_lose_a_target() -> None:
    counted = _counted(tell("fargate-tight"))
    assert counted.fewest_healthy == 2
    assert counted.floor == 2
    assert counted.below_floor_s == 0


def test_the_canary_is_not_counted() -> None:
    counted = _counted(tell("fargate", prepare=_lose(1, after_s=10.0), holds=False))
    assert counted.fewest_healthy == 2
    assert counted.below_floor_s > 0


def test_without_target_groups_running_tasks_are_counted() -> None:
    counted = _counted(tell("fargate-no-balancer"))
    assert not counted.targets
    assert counted.healthy_before == counted.fewest_running == 3


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer"])
def test_a_floor_that_breaks_before_the_update_aborts(shape: str) -> None:
    prepare = _lose(2, after_s=15.0)
    story = tell(shape, prepare=prepare, floor=Floor(percent=60.0), holds=False)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "BelowFloor"
    assert "UpdateService" not in story.act.calls
    assert "only 1" in story.outcome.message


def test_a_floor_that_breaks_after_the_update_rolls_back() -> None:
    service = {**SHAPES["fargate-tight"]().service, "desiredCount": 4}
    story = tell("fargate-tight", service_definition=service, floor=Floor(count=4))
    assert isinstance(story.outcome, RolledBack)
    assert (story.outcome.by, story.outcome.reason) == ("cage", "BelowFloor")
    assert story.outcome.remedy.startswith("Raise maximumPercent")
    assert any("minimumHealthyPercent" in e.message for e in story.all(events.Noticed))
    counted = _counted(story)
    assert (counted.floor, counted.floor_asked) == (4, "4")
    assert (counted.fewest_healthy, counted.fewest_serving) == (2, 3)
    assert counted.below_floor_s > 0


@pytest.mark.parametrize("shape", _EACH_KIND)
def test_targets_that_others_lose_before_the_update_abort(shape: str) -> None:
    bakes = Timeouts(bake_s=60)
    story = tell(shape, "targets-lost-first", floor=Floor(count=2), timeouts=bakes)
    assert isinstance(story.outcome, Aborted)
    assert story.outcome.reason == "BelowFloor"
    assert "UpdateService" not in story.act.calls
    assert _counted(story).targets


@pytest.mark.parametrize("shape", _EACH_KIND)
def test_targets_that_others_lose_after_the_update_roll_back(shape: str) -> None:
    story = tell(shape, "targets-lost-at-promotion", floor=Floor(count=3))
    assert isinstance(story.outcome, RolledBack)
    assert (story.outcome.by, story.outcome.reason) == ("cage", "BelowFloor")
    assert story.outcome.revision_arn.endswith("web:1")
    assert _counted(story).fewest_healthy == 1
    moves = shape in _SHIFTING
    assert story.act.calls.count("StopServiceDeployment") == int(moves)
    assert story.act.calls.count("UpdateService") == 2 - int(moves)


@pytest.mark.parametrize("incident", ["targets-lost-first", "targets-lost-at-promotion"])
def test_without_a_floor_lost_targets_are_only_counted(incident: str) -> None:
    story = tell("fargate-blue-green", incident)
    assert isinstance(story.outcome, Promoted)
    assert _counted(story).fewest_healthy < 3
    assert _counted(story).below_floor_s > 0
    assert "StopServiceDeployment" not in story.act.calls


@pytest.mark.parametrize("shape", _SHIFTING)
def test_once_traffic_has_moved_the_new_targets_count(shape: str) -> None:
    def prepare(stage: Stage) -> None:
        lost: list[bool] = []

        def gate(operation: str, _params: dict[str, object]) -> None:
            record = stage.service.history[0]
            baking = record.stage == "BAKE_TIME" and record.status == "IN_PROGRESS"
            if operation == "DescribeServiceDeployments" and baking and not lost:
                lost.append(True)
                new = [t for t in stage.service.tasks if t.revision.number > 1]
                for task in new[1:]:
                    stage.world.tasks.exit_container(task, "web", 1)

        stage.world.gates.append(gate)

    story = tell(shape, prepare=prepare, floor=Floor(count=2), holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.reason == "BelowFloor"
    assert story.act.stage.service.primary.revision.number == 1


def test_new_tasks_that_fail_before_traffic_moves_break_no_floor() -> None:
    story = tell("fargate-blue-green", "crash-after-promotion", floor=Floor(count=3))
    assert isinstance(story.outcome, RolledBack)
    assert (story.outcome.by, story.outcome.reason) == ("ECS", "DeploymentFailed")
    assert _counted(story).fewest_healthy == 3
    (found,) = story.all(events.Diagnosed)
    assert found.diagnosis.of == "service"


def test_a_floor_that_holds_changes_nothing() -> None:
    assert isinstance(tell("fargate", floor=Floor(percent=100.0)).outcome, Promoted)


def test_a_service_below_its_floor_is_refused_before_anything_is_registered() -> None:
    story = tell("fargate", floor=Floor(count=4))
    assert isinstance(story.outcome, Aborted)
    assert "below the floor already" in story.outcome.message
    assert "the floor is 4." in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls


def test_one_stale_answer_breaks_no_floor() -> None:
    asked: list[str] = []

    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "DescribeTargetHealth":
                asked.append(operation)
                group = next(iter(stage.world.groups.groups.values()))
                target = next(iter(group.targets.values()))
                target.state = "unhealthy" if len(asked) == 1 else "healthy"

        stage.world.gates.append(gate)

    # The answer is made up, so the world never had so few.
    made_up = ("no_fewer_are_told_than_there_were",)
    story = tell("fargate", floor=Floor(count=3), prepare=prepare, but=made_up)
    assert "below the floor" not in repr(story.outcome)


def test_a_floor_costs_few_calls() -> None:
    service = {**SHAPES["fargate"]().service, "desiredCount": 3}
    for seed in range(5):
        story = tell("fargate", service_definition=service, seed=seed, floor=Floor(count=2))
        assert isinstance(story.outcome, Promoted)
        assert len(story.act.calls) <= 190


@pytest.mark.parametrize(("floor", "apart_s"), [(None, EACH_S), (Floor(count=2), FLOOR_EACH_S)])
@pytest.mark.parametrize("drain_s", [30.0, 300.0, 600.0])
@pytest.mark.parametrize(
    "shape", ["fargate", "fargate-checked", "ec2-daemon", "fargate-blue-green"]
)
def test_looks_at_the_targets_are_never_further_apart_than_is_said(
    shape: str, drain_s: float, floor: Floor | None, apart_s: float
) -> None:
    looks: list[float] = []
    update: list[float] = []

    def prepare(stage: Stage) -> None:
        def note(operation: str, _params: object) -> None:
            if operation == "DescribeTargetHealth":
                looks.append(stage.world.now)
            if operation == "UpdateService":
                update.append(stage.world.now)

        stage.world.gates.append(note)

    settings = {**SHAPES[shape]().group_settings, "deregistration_delay_s": drain_s}
    story = tell(shape, prepare=prepare, floor=floor, group_settings=settings)
    assert isinstance(story.outcome, Promoted)
    proven_s = update[0] + story.all(events.DeploymentProven)[0].took_s
    began_s = update[0] if floor is None else looks[0]
    counted = [at_s for at_s in looks if began_s - 1 <= at_s <= proven_s] + [proven_s]
    assert (
        max(b - a for a, b in itertools.pairwise(counted)) <= apart_s + 1.5
    )  # what the calls take


def test_the_time_below_the_floor_ends_with_the_deployment() -> None:
    settings = {**SHAPES["fargate-tight"]().group_settings, "deregistration_delay_s": 300.0}
    story = tell("fargate-tight", "crash-after-promotion", group_settings=settings)
    assert isinstance(story.outcome, RolledBack)
    healthy = story.act.stage.world.healthy_targets(story.act.stage.service)
    assert healthy == 3
    lost = story.all(events.DeploymentLost)[0].at
    proven = story.all(events.DeploymentProven)[-1].at
    assert _counted(story).below_floor_s <= (proven - lost).total_seconds() + EACH_S


def test_aws_silence_about_health_is_no_broken_floor() -> None:
    def prepare(stage: Stage) -> None:
        began = stage.world.now

        def gate(operation: str, _params: dict[str, object]) -> None:
            if operation == "DescribeTargetHealth" and stage.world.now < began + 20:
                raise ApiError("ServiceUnavailable", "try later", 503)

        stage.world.gates.append(gate)

    assert isinstance(tell("fargate", floor=Floor(count=2), prepare=prepare).outcome, Promoted)


def test_the_last_words_hold_the_ledger_before_the_last_line() -> None:
    story = tell("fargate")
    *_, counted, last = ending(story.outcome, "web", _counted(story))
    assert counted.startswith("Lowest healthy targets: 3; lowest serving, with the canary: 3 (3")
    assert last.startswith("Service web was changed")
