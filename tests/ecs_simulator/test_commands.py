"""Images aren't run, but a command that plainly ends is taken at its word."""

from __future__ import annotations

from typing import Any

import pytest

from cage.model.outcome import Aborted
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.world.commands import exit_code
from tests.ecs_simulator.stages import deploy, settled, up, wait, wait_for
from tests.stories import tell


@pytest.mark.parametrize(
    ("container", "code"),
    [
        ({"command": ["false"]}, 1),
        ({"command": ["/bin/true"]}, 0),
        ({"command": ["/bin/busybox", "false"]}, 1),
        ({"entryPoint": ["/bin/sh", "-c"], "command": ["exit 3"]}, 3),
        ({"command": ["busybox", "sh", "-c", " exit  256 "]}, 0),
        ({"entryPoint": ["sh"], "command": ["-c", "false"]}, 1),
        ({}, None),
        ({"command": []}, None),
        ({"command": ["busybox"]}, None),
        ({"command": ["sh", "-c"]}, None),
        ({"command": ["sh", "-c", "exit 3 || serve"]}, None),
        ({"command": ["serve", "false"]}, None),
    ],
)
def test_the_code_that_a_command_ends_with(container: dict[str, Any], code: int | None) -> None:
    assert exit_code(container) == code


def test_ecs_rolls_back_a_revision_whose_command_fails() -> None:
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    stage = up(deploymentConfiguration=breaker)
    containers = [
        {**c, "command": ["false"]} if c["name"] == "web" else c
        for c in stage.task_definition["containerDefinitions"]
    ]
    stage.task_definition = {**stage.task_definition, "containerDefinitions": containers}
    failed = deploy(stage)
    wait_for(stage, settled(stage))
    wait(stage, 300)
    assert failed.rollout_state == "FAILED"
    assert {t.revision.number for t in stage.service.tasks if not t.stopping} == {1}
    ended = [
        t for t in stage.world.tasks.all.values() if t.revision.number == 2 and t.reached_running
    ]
    assert {c.exit_code for t in ended for c in t.containers if c.name == "web"} == {1}


def test_what_runs_before_a_rehearsal_is_taken_to_work_and_the_next_revision_is_not() -> None:
    script = SHAPES["fargate"]()
    containers = [
        {**c, "command": ["sh", "-c", "exit 3"]}
        for c in script.task_definition["containerDefinitions"]
    ]
    story = tell(
        "fargate", task_definition={**script.task_definition, "containerDefinitions": containers}
    )
    assert isinstance(story.outcome, Aborted)
    assert "exited with 3" in story.outcome.message


def test_a_container_that_may_end_leaves_its_task_running() -> None:
    stage = up()
    migration = {"name": "migrate", "image": "web:1", "essential": False, "command": ["true"]}
    containers = [*stage.task_definition["containerDefinitions"], migration]
    stage.task_definition = {**stage.task_definition, "containerDefinitions": containers}
    deploy(stage)
    wait_for(stage, settled(stage))
    task = next(t for t in stage.service.tasks if t.revision.number == 2)
    seen = {c.name: (c.last_status, c.exit_code) for c in task.containers}
    assert seen["web"] == ("RUNNING", None)
    assert seen["migrate"] == ("STOPPED", 0)
