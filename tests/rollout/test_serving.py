"""Given a canary that serves, when the service is deployed, then no target is lost meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.availability.floor import Floor
from cage.checks.requests import Requested
from cage.model import events
from cage.model.outcome import Promoted, RolledBack
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.ledger import is_canary
from cage.rehearsal.shapes import SHAPES
from cage.reports.jsonl import record
from cage.wording.endings import availability
from ecs_simulator.world import hosts
from tests.stories import Story, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.model.events import Event
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask


def _percents(least: int, most: int, shape: str = "fargate", **members: Any) -> dict[str, Any]:
    percents = {"minimumHealthyPercent": least, "maximumPercent": most}
    breaker = {"enable": True, "rollback": True}
    configuration = {**percents, "deploymentCircuitBreaker": breaker}
    return {**SHAPES[shape]().service, "deploymentConfiguration": configuration, **members}


def _fewest(story: Story) -> tuple[int, int]:
    """Return the lowest number of targets that served, and of those the service's own."""
    assert story.act.result is not None
    counted = story.act.result.availability
    assert counted is not None
    assert counted.fewest_serving >= story.act.fewest_serving
    assert counted.fewest_healthy >= story.act.fewest
    return story.act.fewest_serving, story.act.fewest


def _after_update(happen: Callable[[Stage, SimTask], None], after_s: float) -> Any:
    """Let something happen to the canary some time after the update."""

    def prepare(stage: Stage) -> None:
        def heard(event: Event) -> None:
            if isinstance(event, events.ServiceUpdated) and event.revision_arn.endswith(":2"):
                (canary,) = [t for t in stage.world.tasks.all.values() if is_canary(t)]
                stage.world.engine.after(after_s, lambda: happen(stage, canary))

        stage.listeners.append(heard)

    return prepare


@pytest.mark.parametrize("seed", range(3))
def test_where_no_task_can_be_added_the_canary_serves_until_all_new_ones_do(seed: int) -> None:
    story = tell("fargate", seed=seed, service_definition=_percents(50, 100))
    assert isinstance(story.outcome, Promoted)
    assert _fewest(story) == (3, 2)
    all_run = next(e for e in story.all(events.DeploymentProgressed) if e.running_count == 3)
    (left,) = story.all(events.CanaryDeregistered)
    assert left.at >= all_run.at


@pytest.mark.parametrize(("least", "most"), [(100, 200), (100, 150), (50, 200)])
def test_where_tasks_can_be_added_no_target_is_lost(least: int, most: int) -> None:
    story = tell("fargate", service_definition=_percents(least, most))
    assert isinstance(story.outcome, Promoted)
    assert _fewest(story)[0] >= 3


def test_both_figures_are_told() -> None:
    story = tell("fargate", service_definition=_percents(50, 100))
    (finished,) = story.all(events.OperationFinished)
    told = record(finished)["availability"]
    assert (told["fewest_serving"], told["fewest_healthy"]) == (3, 2)
    assert finished.availability is not None
    said = availability(finished.availability)
    assert "Lowest healthy targets: 2; lowest serving, with the canary: 3 (3 at start" in said


def test_a_floor_is_about_the_targets_that_serve() -> None:
    held = tell("fargate", service_definition=_percents(50, 100), floor=Floor(count=3))
    assert isinstance(held.outcome, Promoted)
    assert _fewest(held) == (3, 2)


def test_the_canary_serves_while_ecs_restores_old_tasks() -> None:
    story = tell("fargate", "crash-after-promotion", service_definition=_percents(50, 100))
    assert isinstance(story.outcome, RolledBack)
    assert _fewest(story) == (3, 2)
    (left,) = story.all(events.CanaryDeregistered)
    lost = story.all(events.DeploymentLost)[0]
    assert left.at > lost.at


def test_a_canary_that_a_check_condemns_leaves_at_once() -> None:
    checks = Requested(alarms=("web-5xx",))
    tight = _percents(50, 100)
    story = tell("fargate", "alarm-in-deployment", service_definition=tight, checks=checks)
    assert isinstance(story.outcome, RolledBack)
    (left,) = story.all(events.CanaryDeregistered)
    lost = story.all(events.DeploymentLost)[0] if story.all(events.DeploymentLost) else left
    assert abs((left.at - lost.at).total_seconds()) < 20


@pytest.mark.parametrize(
    "shape", ["fargate", "fargate-no-balancer", "ec2-bridge", "fargate-blue-green"]
)
def test_a_canary_that_dies_after_the_update_puts_the_service_back_at_once(shape: str) -> None:
    def die(stage: Stage, canary: SimTask) -> None:
        stage.world.tasks.exit_container(canary, "web", 1)

    story = tell(shape, prepare=_after_update(die, 5.0), holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert (story.outcome.by, story.outcome.reason) == ("cage", "ContainerExited")
    assert "exited with 1" in story.outcome.message
    updated, lost = story.all(events.ServiceUpdated)[0], story.all(events.DeploymentLost)[0]
    assert (lost.at - updated.at).total_seconds() < 30
    (found,) = story.all(events.Diagnosed)
    assert found.diagnosis.of == "canary"
    assert story.act.stage.service.primary.revision.number == 1


def test_a_canary_that_spot_takes_after_the_update_is_told_and_ends_nothing() -> None:
    def take(stage: Stage, canary: SimTask) -> None:
        hosts.interrupt(stage.world, canary)

    story = tell("fargate-spot", prepare=_after_update(take, 5.0))
    assert isinstance(story.outcome, Promoted)
    assert sum("the canary task stopped" in e.message for e in story.all(events.Noticed)) == 1


def test_a_canary_that_dies_in_its_drain_is_told() -> None:
    def prepare(stage: Stage) -> None:
        def heard(event: Event) -> None:
            if isinstance(event, events.CanaryDeregistered):
                (canary,) = [t for t in stage.world.tasks.all.values() if is_canary(t)]
                after = stage.world.engine.after
                after(20, lambda: stage.world.tasks.exit_container(canary, "web", 1))

        stage.listeners.append(heard)

    story = tell("fargate", prepare=prepare, holds=False)
    assert sum("the canary task stopped" in e.message for e in story.all(events.Noticed)) == 1


def _shared(stage: Stage, tasks: int = 3) -> None:
    """Let another service share the target group."""
    other = {**stage.definition, "serviceName": "other", "desiredCount": tasks}
    other["cluster"] = stage.cluster
    stage.call("create_service", **other, taskDefinition="web:1")
    until = stage.world.now + 600
    while len([t for g in stage.world.groups.groups.values() for t in g.targets]) < 3 + tasks:
        assert stage.world.now < until
        stage.world.run_until(stage.world.now + 5)
    stage.world.run_until(stage.world.now + 60)


@pytest.mark.parametrize("shape", ["fargate", "ec2-bridge"])
def test_the_targets_of_another_service_in_the_group_do_not_count(shape: str) -> None:
    story = tell(shape, prepare=_shared)
    assert isinstance(story.outcome, Promoted)
    (finished,) = story.all(events.OperationFinished)
    assert finished.availability is not None
    assert finished.availability.healthy_before == 3
    (said,) = (e.message for e in story.all(events.Noticed) if "is shared" in e.message)
    assert "3 of its healthy targets are not of this service" in said


def test_a_shared_group_blinds_no_floor() -> None:
    def prepare(stage: Stage) -> None:
        _shared(stage)

        def heard(event: Event) -> None:
            if isinstance(event, events.ServiceUpdated) and event.revision_arn.endswith(":2"):
                for task in [t for t in stage.service.tasks if not is_next(t)][:2]:
                    stage.world.tasks.exit_container(task, "web", 1)

        stage.listeners.append(heard)

    story = tell("fargate", prepare=prepare, floor=Floor(count=3), holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.reason == "BelowFloor"


def test_new_tasks_of_another_service_do_not_take_the_canarys_place() -> None:
    def prepare(stage: Stage) -> None:
        _shared(stage, 1)

        def heard(event: Event) -> None:
            if isinstance(event, events.ServiceUpdated):
                scaled = {"cluster": stage.cluster, "service": "other", "desiredCount": 4}
                stage.call("update_service", **scaled)

        stage.listeners.append(heard)

    story = tell("fargate", prepare=prepare, service_definition=_percents(50, 100))
    assert isinstance(story.outcome, Promoted)
    assert _fewest(story)[0] == 3


def test_a_task_that_is_twice_in_one_group_counts_once() -> None:
    service = SHAPES["fargate"]().service
    (entry,) = service["loadBalancers"]
    twice = {**service, "loadBalancers": [entry, {**entry, "containerPort": 9090}]}
    story = tell("fargate", service_definition=twice)
    assert isinstance(story.outcome, Promoted)
    (finished,) = story.all(events.OperationFinished)
    assert finished.availability is not None
    assert finished.availability.healthy_before == 3
