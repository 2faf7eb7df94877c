"""Digests: a service's tasks share what the first one's tag resolved to, a standalone task asks."""

from __future__ import annotations

from typing import Any

import pytest

from cage.rehearsal.stage import Stage
from ecs_simulator.world.task_entities import SimTask
from tests.ecs_simulator.stages import deploy, settled, up, wait, wait_for

_IMAGE = "registry.test/web:1"


def _digests(tasks: list[SimTask]) -> set[str]:
    return {c.digest for t in tasks for c in t.containers if c.image == _IMAGE and c.digest}


def _standalone(stage: Stage) -> SimTask:
    network = stage.definition["networkConfiguration"]
    answer = stage.call(
        "run_task",
        cluster=stage.cluster,
        taskDefinition="web",
        launchType="FARGATE",
        networkConfiguration=network,
    )
    task = stage.world.tasks.all[answer["tasks"][0]["taskArn"]]
    wait_for(stage, lambda: task.last_status == "RUNNING")
    return task


def _shown(stage: Stage, task: SimTask) -> list[dict[str, Any]]:
    described = stage.call("describe_tasks", cluster=stage.cluster, tasks=[task.arn])
    containers: list[dict[str, Any]] = described["tasks"][0]["containers"]
    return containers


def test_a_task_shows_the_digest_of_each_image_once_it_is_pulled() -> None:
    stage = up()
    task = stage.service.tasks[0]
    assert all(c["imageDigest"].startswith("sha256:") for c in _shown(stage, task))


def test_a_service_keeps_the_digest_of_its_first_task_and_a_standalone_task_does_not() -> None:
    stage = up()
    before = _digests(stage.service.tasks)
    stage.world.tasks.images.push(_IMAGE)
    stage.call("update_service", cluster=stage.cluster, service=stage.service_name, desiredCount=5)
    wait_for(stage, lambda: sum(t.last_status == "RUNNING" for t in stage.service.tasks) == 5)
    assert _digests(stage.service.tasks) == before
    assert _digests([_standalone(stage)]).isdisjoint(before)


def test_the_next_deployment_resolves_the_tag_again() -> None:
    stage = up()
    before = _digests(stage.service.tasks)
    stage.world.tasks.images.push(_IMAGE)
    deploy(stage)
    wait_for(stage, settled(stage))
    wait(stage, 300)
    assert _digests(stage.service.tasks).isdisjoint(before)
    assert len(_digests(stage.service.tasks)) == 1


def test_without_version_consistency_each_task_gets_what_the_tag_refers_to_then() -> None:
    stage = up()
    containers = [
        {**c, "versionConsistency": "disabled"}
        for c in stage.task_definition["containerDefinitions"]
    ]
    stage.task_definition = {**stage.task_definition, "containerDefinitions": containers}
    deploy(stage)
    wait_for(stage, settled(stage))
    stage.world.tasks.images.push(_IMAGE)
    stage.call("update_service", cluster=stage.cluster, service=stage.service_name, desiredCount=4)
    wait_for(stage, lambda: sum(t.last_status == "RUNNING" for t in stage.service.tasks) == 4)
    assert len(_digests(stage.service.tasks)) == 2


@pytest.mark.parametrize("pushed", [0, 1])
def test_an_image_by_digest_is_that_digest_whatever_is_pushed(pushed: int) -> None:
    images = up().world.tasks.images
    name = f"web@sha256:{'b' * 64}"
    for _ in range(pushed):
        images.push(name)
    assert images.digest(name) == f"sha256:{'b' * 64}"
