"""Comparing with what is live: which revision, which service, and what is said of neither."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from cage.aws.shapes import EcsShapes
from cage.comparison.diff import Comparison, diff
from cage.comparison.init import init
from cage.context import ServiceHandle
from cage.model.errors import NotFoundError
from cage.options.request import Request
from cage.rehearsal.script import Script
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from ecs_simulator import loop

if TYPE_CHECKING:
    from cage.comparison.draft import Draft

_SHAPES = EcsShapes()
SCRIPT: Script = SHAPES["fargate"]()


@pytest.fixture
def stage() -> Stage:
    return SCRIPT.stage()


def compare(stage: Stage, **differences: Any) -> Comparison:
    request = Request(
        region=REGION,
        cluster="main",
        service="web",
        task_definition=SCRIPT.task_definition,
        service_definition=SCRIPT.service,
    )
    request = dataclasses.replace(request, **differences)
    place = request.place
    return loop.run(
        lambda: diff(ServiceHandle(stage.gateway().ecs, place), request, _SHAPES),
        at_s=stage.world.now,
    )


def draft(stage: Stage, service: str = "web") -> Draft:
    return loop.run(
        lambda: init(stage.context().at(service).service, _SHAPES), at_s=stage.world.now
    )


def other_image() -> dict[str, Any]:
    sidecar, web = SCRIPT.task_definition["containerDefinitions"]
    return {
        **SCRIPT.task_definition,
        "containerDefinitions": [sidecar, {**web, "image": "registry.test/web:2"}],
    }


def test_files_that_say_what_is_live_make_no_change(stage: Stage) -> None:
    found = compare(stage)
    assert found.count == 0
    assert found.exists
    assert found.revision == "web:1"


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_shape_of_service_equals_itself(shape: str) -> None:
    script = SHAPES[shape]()
    stage = script.stage()
    found = compare(
        stage, task_definition=script.task_definition, service_definition=script.service
    )
    assert found.count == 0


def test_the_primary_revision_is_compared_and_not_the_newest(stage: Stage) -> None:
    stage.call("register_task_definition", **other_image())
    assert compare(stage).count == 0
    stage.call("update_service", cluster="main", service="web", taskDefinition="web:2")
    found = compare(stage)
    assert found.revision == "web:2"
    assert [change.path for change in found.task_definition.changes] == [
        "containerDefinitions[web].image"
    ]


def test_a_revision_may_be_named_instead_of_a_file(stage: Stage) -> None:
    stage.call("register_task_definition", **other_image())
    found = compare(stage, task_definition=None, revision="web:2")
    assert [change.new for change in found.task_definition.changes] == ["registry.test/web:2"]
    assert compare(stage, task_definition=None, revision="web:1").count == 0


def test_without_a_service_file_the_task_definition_is_compared_alone(stage: Stage) -> None:
    found = compare(stage, service_definition=None, task_definition=other_image())
    assert found.service_definition is None
    assert found.count == 1


def test_a_service_that_is_not_there_is_to_be_created_as_a_whole(stage: Stage) -> None:
    found = compare(stage, service="shop")
    assert not found.exists
    assert found.status == ""
    assert found.service_definition is not None
    signs = {change.sign for change in found.service_definition.changes}
    assert signs == {change.sign for change in found.task_definition.changes} == {"+"}


def test_a_service_that_was_deleted_is_to_be_created_anew(stage: Stage) -> None:
    stage.call("delete_service", cluster="main", service="web", force=True)
    draining = compare(stage)
    assert (draining.status, draining.exists) == ("DRAINING", True)
    stage.world.run_until(stage.world.now + 900)
    found = compare(stage)
    assert (found.status, found.exists) == ("INACTIVE", False)
    assert found.count > 0
    with pytest.raises(NotFoundError, match="Service web not found in cluster main"):
        draft(stage)


def test_a_cluster_that_is_not_there_is_an_error(stage: Stage) -> None:
    with pytest.raises(NotFoundError):
        compare(stage, cluster="nowhere")


def test_comparing_and_drafting_only_read(stage: Stage) -> None:
    before = len(stage.api.calls)
    compare(stage)
    draft(stage)
    reads = {"DescribeServices", "DescribeServiceRevisions", "DescribeTaskDefinition"}
    assert set(stage.api.calls[before:]) == reads


def test_a_draft_has_neither_defaults_nor_read_only_members(stage: Stage) -> None:
    found = draft(stage)
    assert "taskDefinition" not in found.service
    assert "serviceArn" not in found.service
    assert "schedulingStrategy" not in found.service
    assert found.service["cluster"] == "main"
    assert found.service["desiredCount"] == 3
    assert "requiresAttributes" not in found.task_definition
    assert "cpu" not in found.task_definition["containerDefinitions"][0]


def _secret(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def test_a_draft_names_its_variables_so_that_none_is_taken_for_another() -> None:
    def container(name: str, *environment: dict[str, str]) -> dict[str, Any]:
        return {"name": name, "image": "i", "memory": 64, "environment": list(environment)}

    web = container(
        "web",
        _secret("DB_PASSWORD", "one"),
        _secret("AWS_SECRET_ACCESS_KEY", "two"),
        _secret("api.token", "three"),
    )
    web["command"] = ["serve", "--token=four"]
    log = container("log", _secret("DB_PASSWORD", "other"), _secret("API_TOKEN", "three"))
    task = {"family": "web", "containerDefinitions": [web, log]}
    service = {"cluster": "main", "serviceName": "web", "desiredCount": 1}
    stage = Stage(service, task)
    stage.call("register_task_definition", **task)
    stage.call("create_service", **service, taskDefinition="web")
    found = draft(stage)
    assert {one.name: one.value for one in found.variables} == {
        "WEB_COMMAND_1": "--token=four",
        "DB_PASSWORD": "one",
        "WEB_AWS_SECRET_ACCESS_KEY": "two",
        "API_TOKEN": "three",
        "LOG_DB_PASSWORD": "other",
    }
    assert [len(one.paths) for one in found.variables] == [1, 1, 1, 2, 1]
    assert "two" not in repr(found.variables)
