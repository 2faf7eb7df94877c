"""Restart policies: a container that ends is restarted in its task, which stays RUNNING."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_simulator import Simulator
from ecs_simulator.world.task_entities import SimTask
from tests.ecs_simulator.account import NETWORK, TASK


def _task(policy: dict[str, Any], *ends: float, code: int = 1) -> tuple[Simulator, SimTask]:
    """A running task whose container ends that many seconds after it started, each time."""
    simulator = Simulator()
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    container = {"name": "web", "image": "web:1", "memory": 256, "restartPolicy": policy}
    ecs.register_task_definition(**{**TASK, "containerDefinitions": [container]})

    def end(task: SimTask) -> None:
        task.plan.exits += [("", after_s, code, "") for after_s in ends]

    simulator.world.tasks.behaviors.append(end)
    answer = ecs.run_task(
        cluster="main", taskDefinition="web", launchType="FARGATE", networkConfiguration=NETWORK
    )
    task = simulator.world.tasks.all[answer["tasks"][0]["taskArn"]]
    while task.started_s is None:
        simulator.advance(1)
    return simulator, task


_POLICY = {"enabled": True, "restartAttemptPeriod": 60}


def test_a_container_that_ran_long_enough_is_restarted_and_ecs_shows_nothing() -> None:
    simulator, task = _task(_POLICY, 100)
    ecs = simulator.client("ecs")

    def shown() -> dict[str, Any]:
        described = ecs.describe_tasks(cluster="main", tasks=[task.arn])["tasks"][0]
        return dict(described["containers"][0])

    before = shown()
    simulator.advance(250)
    assert task.containers[0].restarts == 2
    assert task.last_status == "RUNNING"
    assert shown() == before


@pytest.mark.parametrize(
    ("policy", "after_s", "code"),
    [
        (_POLICY, 59.0, 1),
        ({"enabled": True}, 299.0, 1),
        ({"enabled": False, "restartAttemptPeriod": 60}, 100.0, 1),
        ({**_POLICY, "ignoredExitCodes": [0, 3]}, 100.0, 3),
    ],
    ids=["too soon", "before the default period", "not enabled", "an ignored exit code"],
)
def test_any_other_exit_ends_the_task(policy: dict[str, Any], after_s: float, code: int) -> None:
    simulator, task = _task(policy, after_s, code=code)
    simulator.advance(after_s + 2)
    assert task.containers[0].restarts == 0
    assert (task.stop_code, task.containers[0].exit_code) == ("EssentialContainerExited", code)


def test_the_period_counts_from_the_latest_restart() -> None:
    simulator, task = _task(_POLICY, 70, 100)
    simulator.advance(75)
    assert task.containers[0].restarts == 1
    simulator.advance(30)
    assert task.stop_code == "EssentialContainerExited"


def test_a_restarted_application_answers_only_once_it_is_up_again() -> None:
    simulator, task = _task(_POLICY, 100)
    simulator.advance(101)
    assert task.up_since_s is not None
    assert task.started_s is not None
    assert task.up_since_s > task.started_s + 90
