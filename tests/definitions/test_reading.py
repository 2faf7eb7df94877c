from __future__ import annotations

import codecs
import json
import os
from typing import TYPE_CHECKING

import pytest

from cage.definitions import (
    load_directory,
    load_service_definition,
    load_task_definition,
)
from cage.definitions.file_names import FileNames
from cage.model.errors import DefinitionError

from .folder import SERVICE, TASK_DEFINITION, Folder

if TYPE_CHECKING:
    from pathlib import Path


def test_good_files_are_sent_as_they_are_written(folder: Folder) -> None:
    assert folder.read() == (SERVICE, TASK_DEFINITION)
    assert folder.warnings() == []


def test_each_file_can_be_read_alone_by_its_path_or_its_directory(folder: Folder) -> None:
    path, shapes = folder.path, folder.shapes
    assert load_service_definition(path / "service.json", {}, shapes) == SERVICE
    assert load_service_definition(path, {}, shapes) == SERVICE
    assert load_task_definition(path / "task-definition.json", {}, shapes) == TASK_DEFINITION
    assert load_task_definition(path, {}, shapes) == TASK_DEFINITION


def test_other_names_are_read_when_they_are_named(folder: Folder) -> None:
    for old, new in (("service.json", "svc.json"), ("task-definition.json", "ecs-task-def.json")):
        (folder.path / old).rename(folder.path / new)
    definitions = load_directory(
        folder.path,
        {},
        folder.shapes,
        names=FileNames(
            service=folder.path / "svc.json",
            task_definition=folder.path / "ecs-task-def.json",
        ),
    )
    assert definitions.service == SERVICE
    assert definitions.task_definition == TASK_DEFINITION


def test_a_service_may_leave_cluster_and_task_definition_to_others(folder: Folder) -> None:
    assert "taskDefinition" not in SERVICE
    content = {key: value for key, value in SERVICE.items() if key != "cluster"}
    assert "cluster" not in folder.write("service.json", content).read()[0]


def test_a_missing_file_is_told_with_what_is_there_instead(folder: Folder) -> None:
    folder.remove("service.json").write("notes.txt", "x")
    (error,) = folder.errors()
    assert "service.json not found in" in error
    assert "notes.txt, task-definition.json" in error
    assert "create-service" in error


def test_a_missing_directory_is_told_once(tmp_path: Path, folder: Folder) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_directory(tmp_path / "nowhere", {}, folder.shapes)
    assert len(caught.value.findings) == 1
    assert "nowhere" in caught.value.findings[0]


def test_a_named_file_that_is_not_there_is_told(folder: Folder) -> None:
    with pytest.raises(DefinitionError, match="not found"):
        load_service_definition(folder.path / "svc.json", {}, folder.shapes)


def test_two_files_for_one_thing_are_refused(folder: Folder) -> None:
    (error,) = folder.write("service.yaml", "serviceName: shop").errors()
    assert "service.json and service.yaml" in error


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(folder: Folder) -> None:
    os.mkfifo(folder.path / "pipe.json")
    with pytest.raises(DefinitionError, match="not a regular file"):
        load_service_definition(folder.path / "pipe.json", {}, folder.shapes)


def test_a_broken_link_is_told(folder: Folder) -> None:
    folder.remove("service.json")
    (folder.path / "service.json").symlink_to(folder.path / "gone.json")
    (error,) = folder.errors()
    assert "not found" in error


def test_all_errors_of_both_files_come_at_once_in_reading_order(folder: Folder) -> None:
    folder.service({"desiredCount": "4", "colour": 1}).task({"cpu": 256, "familly": "x"})
    with pytest.raises(DefinitionError) as caught:
        load_directory(folder.path, {}, folder.shapes)
    findings = caught.value.findings
    assert [line.split(": ")[1] for line in findings] == [
        "desiredCount",
        "colour",
        "cpu",
        "familly",
    ]
    assert findings[0].startswith(f"{folder.path}/service.json:6:19: desiredCount: ")
    assert "4 errors" in caught.value.what


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.replace("\n", "\r\n").encode("utf-16-be"),
    ],
    ids=["utf-8 with mark", "crlf", "cr", "utf-16 le", "utf-16 be"],
)
def test_encodings_and_line_ends_change_neither_request_nor_places(
    folder: Folder, encode: object
) -> None:
    assert callable(encode)
    text = json.dumps({**SERVICE, "tags": [{"key": "grüße", "value": "日本"}]}, indent=2)
    service, _ = folder.write("service.json", encode(text)).read()
    assert service["tags"] == [{"key": "grüße", "value": "日本"}]
    broken = text.replace('"serviceName"', '"serviceNam"')
    errors = folder.write("service.json", encode(broken)).errors()
    assert errors[-1].startswith("service.json:3:3: serviceNam: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"serviceName": "caf\xe9"}', "1:21: byte 0xe9 is not valid UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), "looks like UTF-16 without a byte-order mark"),
        (codecs.BOM_UTF32_LE + '{"a": 1}'.encode("utf-32-le"), "is in UTF-32"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "contains zero bytes, so it isn't text"),
        ('{"a": 1}'.encode("utf-16-be"), "looks like UTF-16 without a byte-order mark"),
        (codecs.BOM_UTF16_LE + b"{\x00\x00\xd8", "is not valid UTF-16-LE"),
        (b" " * (2 * 1024 * 1024 + 1), "is larger than 2 MiB"),
        (b"", "expected a value, found the end of the file"),
    ],
)
def test_what_is_no_text_is_told_in_one_line(folder: Folder, content: bytes, words: str) -> None:
    (error,) = folder.write("service.json", content).errors()
    assert words in error
    assert error.startswith("service.json:1:")


def test_descriptions_are_read_and_what_only_they_have_is_dropped_with_one_warning(
    folder: Folder,
) -> None:
    described = {
        **TASK_DEFINITION,
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:210987654321:task-definition/shop:9",
        "revision": 9,
        "status": "ACTIVE",
        "requiresAttributes": [{"name": "x", "targetId": None}],
        "compatibilities": ["EC2", "FARGATE"],
        "registeredAt": "2024-05-06T07:08:09Z",
        "registeredBy": "arn:aws:iam::210987654321:user/someone",
        "deregisteredAt": None,
        "deleteRequestedAt": None,
    }
    _, task = folder.write("task-definition.json", described).read()
    assert task == TASK_DEFINITION
    (warning,) = folder.warnings()
    dropped = set(described) - set(TASK_DEFINITION)
    assert all(key in warning for key in dropped)


def test_a_described_service_keeps_its_cluster(folder: Folder) -> None:
    arn = "arn:aws:ecs:eu-west-1:210987654321:cluster/blue"
    described = {key: value for key, value in SERVICE.items() if key != "cluster"}
    described |= {"clusterArn": arn, "runningCount": 4, "events": [], "deployments": []}
    service, _ = folder.write("service.json", {"services": [described], "failures": []}).read()
    assert service == {**SERVICE, "cluster": arn}
    assert len(folder.warnings()) == 3


@pytest.mark.parametrize(
    "wrapped",
    [{"service": SERVICE}, {"services": [SERVICE]}, {"services": [SERVICE], "failures": []}],
)
def test_the_wrapper_of_a_described_service_is_taken_off(
    folder: Folder, wrapped: dict[str, object]
) -> None:
    assert folder.write("service.json", wrapped).read()[0] == SERVICE
    (warning,) = folder.warnings()
    assert "around the definition was ignored" in warning


def test_the_wrapper_of_a_described_task_definition_is_taken_off_with_its_tags(
    folder: Folder,
) -> None:
    tags = [{"key": "team", "value": "shop"}]
    wrapped = {"taskDefinition": TASK_DEFINITION, "tags": tags}
    assert folder.write("task-definition.json", wrapped).read()[1] == {
        **TASK_DEFINITION,
        "tags": tags,
    }


def test_paths_and_places_are_those_inside_the_wrapper(folder: Folder) -> None:
    text = '{"taskDefinition":\n {"family": "x", "containerDefinitions": [{"nmae": "a"}]}}'
    errors = folder.write("task-definition.json", text).errors()
    assert any(
        one.startswith(
            'task-definition.json:2:44: containerDefinitions[0].nmae: unknown key "nmae"'
        )
        for one in errors
    )


def test_several_described_services_are_refused(folder: Folder) -> None:
    (error,) = folder.write("service.json", {"services": [SERVICE, SERVICE]}).errors()
    assert "describes 2 services" in error


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TASK_DEFINITION, "a task definition, not a service. Name it task-definition.json"),
        ({"taskDefinition": TASK_DEFINITION}, "the file is a task definition"),
        ({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}, "a CloudFormation template"),
        ({"Type": "AWS::ECS::Service", "Properties": {}}, "a CloudFormation template"),
        ({"apiVersion": "apps/v1", "kind": "Deployment"}, "a Kubernetes manifest"),
        ({"services": {"web": {"image": "x"}}}, "a Docker Compose file"),
        ({"service": "shop", "forceNewDeployment": True}, "input of update-service"),
        ({"cluster": "blue", "taskDefinition": "shop", "count": 1}, "input of run-task"),
        ([{"name": "app", "image": "x"}], "a list of container definitions"),
        ([], "contains a list"),
        ("shop", "contains a string"),
        (5, "contains a number"),
        (None, "contains null"),
    ],
)
def test_a_file_that_is_something_else_is_named(
    folder: Folder, content: object, words: str
) -> None:
    (error,) = folder.write("service.json", json.dumps(content)).errors()
    assert words in error


def test_a_service_called_task_definition_is_named(folder: Folder) -> None:
    (error,) = folder.write("task-definition.json", dict(SERVICE)).errors()
    assert "the file is a service, not a task definition" in error


def test_cloudformations_spelling_leads_to_ours(folder: Folder) -> None:
    errors = folder.write("task-definition.json", {"Family": "a", "ContainerDefinitions": []})
    assert [one for one in errors.errors() if "Did you mean containerDefinitions?" in one]
