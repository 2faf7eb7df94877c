"""JSON Schemas for editors: they pass what cage passes, and hold the rules that they can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from cage.aws.shapes import EcsShapes
from cage.definitions.prose import plain_text
from cage.definitions.schema import OF_DEFINITIONS, of_shape
from cage.options import settings_file

from .folder import REMOVED, SERVICE, TASK_DEFINITION, changed
from .test_rules_that_pass import PASSED

if TYPE_CHECKING:
    from .folder import Folder

EXAMPLE = Path(__file__).parents[2] / "examples" / "web"
SCHEMAS = {name: make(EcsShapes()) for name, make in OF_DEFINITIONS.items()}
SCHEMAS["cage"] = of_shape(settings_file.shape(), "cage.json")
VALIDATORS = {name: Draft7Validator(schema) for name, schema in SCHEMAS.items()}
APP = "containerDefinitions[0]"


def errors(name: str, content: Any) -> list[str]:
    return [error.message for error in VALIDATORS[name].iter_errors(content)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("name", ["service", "task-definition"])
def test_the_example_is_valid(name: str) -> None:
    assert errors(name, json.loads((EXAMPLE / f"{name}.json").read_text())) == []


@pytest.mark.parametrize(("service", "task"), [case[1:] for case in PASSED])
def test_what_the_rules_pass_is_valid(service: dict[str, Any], task: dict[str, Any]) -> None:
    assert errors("service", changed(SERVICE, service)) == []
    assert errors("task-definition", changed(TASK_DEFINITION, task)) == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"$schema": "cage.schema.json", "service_file": "a.json"},
        {"task_definition_file": "../common/task.json"},
    ],
)
def test_a_cage_json_is_valid(content: dict[str, Any]) -> None:
    assert errors("cage", content) == []


def test_placeholders_and_what_only_descriptions_have_are_valid() -> None:
    service = {"$schema": "x", "launchType": "${TYPE}", "serviceName": "${A}-${B:-c d}"}
    assert errors("service", changed(SERVICE, {**service, "status": "ACTIVE"})) == []
    task = {"cpu": "${CPU:-256}", "memory": "${MEMORY}", "revision": 5, "networkMode": "${M}"}
    assert errors("task-definition", changed(TASK_DEFINITION, task)) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("service", changed(SERVICE, {"role": None, "deploymentConfiguration": None, "tags": []})),
        ("service", changed(SERVICE, {"schedulingStrategy": "DAEMON", "desiredCount": None})),
        (
            "service",
            changed(
                SERVICE,
                {
                    "launchType": None,
                    "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}],
                },
            ),
        ),
        ("service", {"services": [SERVICE], "failures": []}),
        ("service", {"service": {**SERVICE, "status": "ACTIVE"}}),
        ("task-definition", changed(TASK_DEFINITION, {"ipcMode": "", "pidMode": None})),
        (
            "task-definition",
            changed(
                TASK_DEFINITION,
                {
                    f"{APP}.dockerLabels": {"a": None},
                    f"{APP}.linuxParameters": None,
                    f"{APP}.portMappings[0].containerPortRange": None,
                },
            ),
        ),
        ("task-definition", {"taskDefinition": {**TASK_DEFINITION, "revision": 3}, "tags": []}),
    ],
)
def test_what_cage_takes_with_a_warning_is_valid(
    folder: Folder, name: str, content: dict[str, Any]
) -> None:
    assert errors(name, content) == []
    if content.get("schedulingStrategy") != "DAEMON":
        folder.write(f"{name}.json", content)
        assert folder.warnings() != []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("service", {}),
        ("service", {"services": []}),
        ("service", {"services": [SERVICE, SERVICE]}),
        ("service", {"services": [changed(SERVICE, {"desiredCount": "4"})]}),
        ("service", changed(SERVICE, {"serviceName": None})),
        ("task-definition", {"taskDefinition": changed(TASK_DEFINITION, {"familly": "a"})}),
        ("task-definition", changed(TASK_DEFINITION, {f"{APP}.command": [None]})),
        ("task-definition", changed(TASK_DEFINITION, {f"{APP}.image": None})),
    ],
)
def test_a_wrapper_and_a_null_excuse_no_mistake(
    folder: Folder, name: str, content: dict[str, Any]
) -> None:
    assert errors(name, content) != []
    assert folder.write(f"{name}.json", content).errors() != []


WRONG_SERVICES: list[dict[str, Any]] = [
    {"desirdCount": 1},
    {"desiredCount": "1"},
    {"desiredCount": -1},
    {"serviceName": REMOVED},
    {"serviceName": ""},
    {"serviceName": "my shop"},
    {"launchType": "FARGAT"},
    {"loadBalancers[0].containerName": REMOVED},
    {"loadBalancers[0].containerPort": 70000},
    {"networkConfiguration.awsvpcConfiguration.subnets": []},
    {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
    {"launchType": "EC2", "schedulingStrategy": "DAEMON"},
    {"launchType": "EC2"},
    {"placementStrategy": [{"type": "random"}]},
]
WRONG_TASKS: list[dict[str, Any]] = [
    {"family": "a b"},
    {"containerDefinitions": []},
    {f"{APP}.name": "a b"},
    {f"{APP}.image": REMOVED},
    {f"{APP}.portMappings[0].containerPort": 0},
    {f"{APP}.portMappings[0].containerPort": REMOVED},
    {f"{APP}.portMappings[0].containerPortRange": "1-2"},
    {f"{APP}.healthCheck.retries": 11},
    {f"{APP}.healthCheck.command": ["curl"]},
    {f"{APP}.environment[0].value": 5},
    {"cpu": REMOVED},
    {"cpu": "300"},
    {"memory": "8192"},
    {"networkMode": "bridge"},
]


@pytest.mark.parametrize("changes", WRONG_SERVICES, ids=str)
def test_what_the_schema_of_a_service_refuses_cage_refuses_too(
    folder: Folder, changes: dict[str, Any]
) -> None:
    assert errors("service", changed(SERVICE, changes)) != []
    assert folder.service(changes).errors() != []


@pytest.mark.parametrize("changes", WRONG_TASKS, ids=str)
def test_what_the_schema_of_a_task_definition_refuses_cage_refuses_too(
    folder: Folder, changes: dict[str, Any]
) -> None:
    assert errors("task-definition", changed(TASK_DEFINITION, changes)) != []
    assert folder.task(changes).errors() != []


@pytest.mark.parametrize("content", [{"servce_file": "x"}, {"service_file": 1}, []])
def test_a_wrong_cage_json_is_invalid(content: Any) -> None:
    assert errors("cage", content) != []


def test_aws_documentation_is_there_as_plain_text() -> None:
    described = SCHEMAS["service"]["properties"]["serviceName"]["description"]
    assert described.startswith("The name of your service.")
    for schema in SCHEMAS.values():
        assert "<p>" not in json.dumps(schema)


def test_html_becomes_paragraphs_and_lists() -> None:
    html = "<p>One &amp; <code>two</code>.</p> <p>See:</p><ul> <li> <p>a</p> </li><li>b</li></ul>"
    assert plain_text(html) == "One & two.\n\nSee:\n\n- a\n\n- b"
    assert plain_text("") == ""
