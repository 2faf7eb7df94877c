"""What is written for a live service makes that very service: nothing is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cage.comparison.diff import Comparison, diff
from cage.comparison.differences import service_differences, task_definition_differences
from cage.comparison.draft import Draft
from cage.comparison.init import init
from cage.comparison.live import ONLY_IN_REVISIONS, service_input, task_definition_input
from cage.comparison.reading import Live
from cage.comparison.reduction import reduced
from cage.definitions import load_directory
from cage.definitions.json_reader import parse_json
from cage.definitions.source import Source
from cage.definitions.tree import Node
from cage.definitions.writing import definition_text
from cage.options.request import Request
from cage.rehearsal.stage import REGION, Stage
from ecs_simulator import loop
from ecs_simulator.operations.views import filled
from tests.comparison.requests import (
    QUIET,
    SERVICE_SHAPE,
    SHAPES,
    TASK_SHAPE,
    TEXT,
    allowed,
    definitions,
)

if TYPE_CHECKING:
    from pathlib import Path


def live(service: dict[str, Any], task: dict[str, Any]) -> Stage:
    """A world in which the service has been created from these very inputs."""
    stage = Stage(service, task)
    stage.call("register_task_definition", **task)
    stage.call("create_service", **service, taskDefinition=task["family"])
    return stage


def drafted(stage: Stage) -> Draft:
    return loop.run(
        lambda: init(stage.context().service, SHAPES),
        at_s=stage.world.now,
    )


def compared(stage: Stage, service: Any, task: Any) -> Comparison:
    request = Request(
        region=REGION,
        cluster=stage.cluster,
        service=stage.service_name,
        task_definition=task,
        service_definition=service,
    )
    return loop.run(lambda: diff(stage.context().service, request, SHAPES), at_s=stage.world.now)


def read(text: str, environ: dict[str, str]) -> Any:
    """What a file's text says, variables put in; not whether ECS would take it."""
    parsed = parse_json(Source("x.json", text), environ, {})
    assert parsed.root is not None, parsed.findings
    assert parsed.findings == []
    return _plain(parsed.root)


def _plain(node: Node) -> Any:
    match node.value:
        case dict():
            return {key: _plain(child) for key, child in node.value.items()}
        case list():
            return [_plain(child) for child in node.value]
        case _:
            return node.value


@settings(QUIET, max_examples=60)
@given(definitions())
def test_files_of_a_live_service_make_that_very_service(
    tmp_path: Path, both: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    service, task = both
    stage = live(service, task)
    draft = drafted(stage)
    texts = {
        "service.json": definition_text(draft.service),
        "task-definition.json": definition_text(draft.task_definition),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environ = {one.name: one.value for one in draft.variables}
    found = load_directory(tmp_path, environ, SHAPES)
    again = compared(stage, found.service, found.task_definition)
    assert again.count == 0
    assert again.exists
    # What was registered and created is what is in the files, and what AWS chose for itself.
    assert found.service is not None
    chosen = {"availabilityZoneRebalancing": found.service["availabilityZoneRebalancing"]}
    assert compared(stage, service, task).count == 0
    assert task_definition_differences(task, found.task_definition or {}, TASK_SHAPE).changes == ()
    assert (
        service_differences(Live({**service, **chosen}), found.service, SERVICE_SHAPE).changes == ()
    )
    assert found.service.get("desiredCount") == service.get("desiredCount")


@settings(QUIET, max_examples=20)
@given(definitions())
def test_no_secret_is_in_the_files(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    draft = drafted(live(*both))
    texts = definition_text(draft.service) + definition_text(draft.task_definition)
    for variable in draft.variables:
        assert f"${{{variable.name}}}" in texts
    for secret in ("hunter2", "u:p@h"):
        assert secret not in texts
        assert secret not in repr(draft.variables)


@settings(QUIET, max_examples=40)
@given(allowed(TASK_SHAPE))
def test_any_task_definition_comes_back_as_it_was(task: dict[str, Any]) -> None:
    task |= {
        key: "1 GB" if key == "memory" else ".5 vCPU" for key in ("cpu", "memory") if key in task
    }
    described = filled.task_definition({"containerDefinitions": [], **task})
    found = task_definition_input({**described, "tags": task.get("tags")})
    assert task_definition_differences(found, task, TASK_SHAPE).changes == ()
    draft = Draft({}, SERVICE_SHAPE, found, TASK_SHAPE)
    environ = {one.name: one.value for one in draft.variables}
    again = read(definition_text(draft.task_definition), environ)
    assert task_definition_differences(again, task, TASK_SHAPE).changes == ()


@settings(QUIET, max_examples=40)
@given(allowed(SERVICE_SHAPE))
def test_any_service_comes_back_as_it_was(service: dict[str, Any]) -> None:
    # ECS refuses empty names and versions, and two ways to place tasks together.
    service = {key: value for key, value in service.items() if value or key == "serviceName"}
    if "launchType" in service:
        service.pop("capacityProviderStrategy", None)
    launch_type = service.get("launchType") or "EC2"
    found = service_input(
        {
            "clusterArn": f"arn:aws:ecs:r:1:cluster/{service.get('cluster')}",
            "serviceName": service["serviceName"],
            "desiredCount": service.get("desiredCount"),
            "tags": service.get("tags"),
            **filled.service(service, launch_type),
            "deployments": [{"status": "PRIMARY", **filled.deployment(service, launch_type)}],
        },
        {key: service[key] for key in ONLY_IN_REVISIONS if key in service},
    )
    if launch_type != "FARGATE":
        service.pop("platformVersion", None)
    assert service_differences(Live(found), service, SERVICE_SHAPE).changes == ()
    draft = Draft(found, SERVICE_SHAPE, {}, TASK_SHAPE)
    environ = {one.name: one.value for one in draft.variables}
    again = read(definition_text(draft.service), environ)
    assert service_differences(Live(found), again, SERVICE_SHAPE).changes == ()


@settings(QUIET, max_examples=200)
@given(st.lists(TEXT, max_size=4), st.dictionaries(TEXT, TEXT, max_size=3))
def test_any_text_is_read_back_as_it_was_written(texts: list[str], labels: dict[str, str]) -> None:
    container = {"name": "a", "image": "b", "command": texts, "dockerLabels": labels}
    definition = {"family": "f", "containerDefinitions": [container]}
    assert read(definition_text(definition), {}) == definition


@QUIET
@given(allowed(TASK_SHAPE))
def test_reducing_again_changes_nothing(task: dict[str, Any]) -> None:
    once = reduced(task, TASK_SHAPE)
    assert reduced(once, TASK_SHAPE) == once
    assert task_definition_differences(once, task, TASK_SHAPE).changes == ()
