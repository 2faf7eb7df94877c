"""Given tasks that run for a while and exit, when ECS completes the deployment, it isn't enough."""

from __future__ import annotations

import pytest

from cage.checks.requests import Requested
from cage.deployment.task_failures import RESTLESS_S, escapes_ecs
from cage.model import events
from cage.model.outcome import Promoted, RolledBack
from cage.model.services import Deployment
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world import ApiError
from ecs_simulator.world.task_entities import SimTask
from tests.stories import tell


def _exit(stage: Stage, *, after_s: float, first: int = 1000) -> None:
    """Let the service's first so many new tasks exit so long after they run."""
    hit: list[str] = []

    def behave(task: SimTask) -> None:
        if is_next(task) and task.group.startswith("service:") and len(hit) < first:
            hit.append(task.id)
            task.plan.exits.append(("", after_s, 1, ""))

    stage.world.tasks.behaviors.append(behave)


@pytest.mark.parametrize("seed", range(4))
def test_tasks_that_fail_without_opening_the_circuit_breaker_are_given_up(seed: int) -> None:
    story = tell("fargate", seed=seed, prepare=lambda s: _exit(s, after_s=35), holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by in {"cage", "ECS"}
    assert story.act.stage.service.primary.revision.number == 1


@pytest.mark.parametrize("shape", ["ec2-bridge", "ec2-auto", "fargate-checked"])
def test_a_deployment_that_completes_between_two_crashes_is_rolled_back(shape: str) -> None:
    story = tell(shape, prepare=lambda s: _exit(s, after_s=35), holds=False)
    assert story.all(events.DeploymentProven)
    assert isinstance(story.outcome, RolledBack)
    assert story.act.stage.service.primary.revision.number == 1
    assert story.act.stage.service.primary.rollout_state == "COMPLETED"


def test_one_task_that_exits_on_the_way_costs_a_minute_and_no_rollback() -> None:
    story = tell("fargate", prepare=lambda s: _exit(s, after_s=15, first=1), holds=False)
    assert isinstance(story.outcome, Promoted)
    held = [e for e in story.all(events.CheckPassed) if e.check == "stays-healthy"]
    assert len(held) == 1
    assert held[0].took_s >= RESTLESS_S


def test_a_deployment_without_a_failed_task_is_promoted_as_soon_as_it_is_proven() -> None:
    story = tell("fargate")
    (proven,) = story.all(events.DeploymentProven)
    assert not [e for e in story.all(events.CheckPassed) if e.check == "stays-healthy"]
    assert (story.events[-1].at - proven.at).total_seconds() < 15


def test_stopped_tasks_that_may_not_be_listed_hold_up_nothing() -> None:
    def prepare(stage: Stage) -> None:
        _exit(stage, after_s=15, first=1)

        def gate(operation: str, params: dict[str, object]) -> None:
            if operation == "ListTasks" and params.get("desiredStatus") == "STOPPED":
                raise ApiError("AccessDeniedException", "User is not authorized to perform that")

        stage.world.gates.append(gate)

    story = tell("fargate", prepare=prepare, holds=False)
    assert isinstance(story.outcome, Promoted)
    assert any("stopped tasks are not looked at" in e.message for e in story.all(events.Noticed))


@pytest.mark.parametrize(
    ("seen", "counted", "desired", "escapes"),
    [
        (6, 0, 3, True),
        (5, 0, 3, False),
        (6, 3, 3, False),
        (19, 2, 10, False),
        (20, 2, 10, True),
        (20, 10, 10, False),
    ],
)
def test_failures_escape_ecs_where_it_counts_less_than_half_of_many(
    seen: int, counted: int, desired: int, *, escapes: bool
) -> None:
    listed = Deployment(
        id="ecs-svc/1",
        status="PRIMARY",
        revision_arn="web:2",
        desired_count=desired,
        running_count=0,
        pending_count=0,
        failed_tasks=counted,
        rollout_state="IN_PROGRESS",
        rollout_reason="",
    )
    assert escapes_ecs(seen, listed) is escapes


@pytest.mark.parametrize("shape", ["fargate-blue-green", "fargate-linear", "fargate-canary"])
def test_failing_tasks_are_found_out_while_ecs_moves_traffic(shape: str) -> None:
    story = tell(shape, prepare=lambda s: _exit(s, after_s=35), holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert story.act.stage.service.primary.revision.number == 1
    assert story.act.took_s < 500


def test_a_service_that_moved_its_traffic_onto_failing_tasks_is_put_back() -> None:
    def prepare(stage: Stage) -> None:
        def heard(event: events.Event) -> None:
            if isinstance(event, events.DeploymentProven) and event.revision_arn.endswith(":2"):
                for task in list(stage.service.tasks):
                    stage.world.tasks.exit_container(task, "web", 1)
                _exit(stage, after_s=20)

        stage.listeners.append(heard)

    story = tell("fargate-blue-green", prepare=prepare, holds=False)
    assert isinstance(story.outcome, RolledBack)
    assert story.outcome.by == "cage"
    assert story.outcome.reason == "TasksFail"
    assert story.act.stage.service.primary.revision.number == 1


def test_alarms_are_watched_while_the_canary_drains_after_the_proof() -> None:
    def prepare(stage: Stage) -> None:
        stage.world.alarms.states["web-5xx"] = "OK"
        for group in stage.world.groups.groups.values():
            group.deregistration_delay_s = 600.0

        def heard(event: events.Event) -> None:
            if isinstance(event, events.DeploymentProven) and event.revision_arn.endswith(":2"):
                stage.world.alarms.states["web-5xx"] = "ALARM"

        stage.listeners.append(heard)

    story = tell(
        "fargate",
        prepare=prepare,
        checks=Requested(alarms=("web-5xx",)),
        timeouts=Timeouts(bake_after_s=120),
        holds=False,
    )
    assert isinstance(story.outcome, RolledBack)
    (proven, _) = story.all(events.DeploymentProven)
    (rang,) = [e for e in story.all(events.CheckFailed) if "bake-after" in e.check]
    assert (rang.at - proven.at).total_seconds() < 60


@pytest.mark.parametrize("shape", ["fargate-no-balancer", "fargate-tight"])
def test_a_canary_that_exits_after_the_update_is_told_and_counts_as_failed(shape: str) -> None:
    service = {**SHAPES[shape]().service, "deploymentConfiguration": {}}
    story = tell(shape, "late-exit", seed=12, service_definition=service)
    assert isinstance(story.outcome, RolledBack)
    (said,) = (e for e in story.all(events.Noticed) if "the canary task stopped" in e.message)
    assert "exited with 1" in said.message
    assert said.at <= story.all(events.DeploymentLost)[0].at
