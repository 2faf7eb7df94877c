"""Looked-up values in definition files: where they go, and that secrets stay secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cage.definitions import Found, LookupFailedError, SecretText
from cage.masking.mask import redacted, secrets_in

from .folder import SERVICE, TASK_DEFINITION, Folder, changed

if TYPE_CHECKING:
    from cage.definitions import Definitions

SECRET = "hunter2"  # noqa: S105 - it stands for one
APP = "containerDefinitions[0]"
MODE = f"{APP}.environment[0].value"


@pytest.fixture
def asked(folder: Folder) -> list[str]:
    """The references that were looked up, in order."""
    references: list[str] = []

    def store(reference: str) -> Found:
        references.append(reference)
        return Found(f'{SECRET}"\n', secret=True)

    def stack(reference: str) -> Found:
        references.append(reference)
        if reference.endswith("Missing"):
            raise LookupFailedError(f"there is no {reference}", "Deploy it")
        return Found("8080" if reference.endswith("Port") else "blue")

    folder.lookups = {"ssm": store, "cfn": stack, "later": lambda _reference: None}
    return references


def _definitions(folder: Folder) -> Definitions:
    definitions, findings = folder.inspect()
    assert definitions is not None, findings
    return definitions


def test_a_value_is_read_once_for_both_files(folder: Folder, asked: list[str]) -> None:
    folder.service({"cluster": "${cfn:net.Cluster}"}).task({MODE: "${cfn:net.Cluster}"})
    service, task = folder.read()
    assert service["cluster"] == "blue"
    assert task["containerDefinitions"][0]["environment"][0]["value"] == "blue"
    assert asked == ["net.Cluster"]


def test_what_is_in_a_comment_or_escaped_is_not_looked_up(folder: Folder, asked: list[str]) -> None:
    text = json.dumps(changed(TASK_DEFINITION, {MODE: "$${ssm:/a}"}))
    folder.write("task-definition.json", "// ${cfn:net.Missing}\n" + text).read()
    assert asked == []


def test_a_value_outside_a_text_is_what_it_reads_as(folder: Folder, asked: list[str]) -> None:
    text = json.dumps(SERVICE).replace('"containerPort": 8080', '"containerPort": ${cfn:net.Port}')
    service, _ = folder.write("service.json", text).read()
    assert service == SERVICE
    assert asked == ["net.Port"]


def test_all_that_fails_is_told_at_once_with_every_place(folder: Folder, asked: list[str]) -> None:
    folder.service({"cluster": "${cfn:net.Missing}"})
    folder.task({MODE: "${cfn:app.Missing} ${cfn:app.Missing}", "family": "${cfn:net.Missing}"})
    first, second, third = folder.errors()
    assert first == (
        'service.json:2:15: "${cfn:net.Missing}" can\'t be looked up: there is no net.Missing. '
        "Deploy it"
    )
    assert second.startswith('task-definition.json:2:14: "${cfn:net.Missing}"')
    assert "(also at 24:40): there is no app.Missing" in third
    assert sorted(asked) == ["app.Missing", "net.Missing"]


def test_a_lookup_of_nothing_is_told_by_the_store_that_would_be_asked(
    folder: Folder, asked: list[str]
) -> None:
    def refuse(reference: str) -> Found:
        asked.append(reference)
        raise LookupFailedError("the parameter's name is missing", "Write ${ssm:/path}")

    folder.lookups = {"ssm": refuse}
    (error,) = folder.task({MODE: "${ssm:}"}).errors()
    assert "can't be looked up: the parameter's name is missing. Write ${ssm:/path}" in error
    assert asked == [""]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_secret_reaches_the_request_and_no_eye(
    folder: Folder, asked: list[str], suffix: str
) -> None:
    task = changed(TASK_DEFINITION, {MODE: "a-${ssm:/key}", f"{APP}.command": ["${A:-${ssm:/b}}"]})
    folder.remove("task-definition.json")
    folder.write(f"task-definition.{suffix}", json.dumps(task))
    read = _definitions(folder)
    assert read.task_definition is not None
    app = read.task_definition["containerDefinitions"][0]
    assert app["environment"][0]["value"] == f'a-{SECRET}"\n'
    assert app["command"] == [f'{SECRET}"\n']
    assert isinstance(app["command"][0], SecretText)
    assert json.loads(json.dumps(app))["command"] == [f'{SECRET}"\n']
    assert SECRET not in repr(read)
    shown = redacted(read.task_definition)
    assert SECRET not in json.dumps(shown)
    assert shown["containerDefinitions"][0]["environment"][0]["value"] == "***"
    assert asked in (["/key", "/b"], ["/b", "/key"])


def test_a_secret_anywhere_is_masked(folder: Folder, asked: list[str]) -> None:
    folder.task({f"{APP}.workingDirectory": "/srv/${ssm:/place}"})
    read = _definitions(folder)
    assert read.task_definition is not None
    shown = redacted(read.task_definition)
    assert shown["containerDefinitions"][0]["workingDirectory"] == "***"
    assert asked == ["/place"]


def test_a_secret_is_put_into_texts_alone(folder: Folder, asked: list[str]) -> None:
    labels = f"{APP}.dockerLabels"
    (error,) = folder.task({labels: {"a ${ssm:/a}": "b"}}).errors()
    assert "a secret's value can't be a key" in error
    text = json.dumps(TASK_DEFINITION).replace("8080", "${ssm:/port}")
    (error,) = folder.write("task-definition.json", text).errors()
    assert "a secret's value can only be put into a text" in error
    assert SECRET not in error
    folder.remove("task-definition.json")
    yaml = json.dumps(changed(TASK_DEFINITION, {labels: {"a ${ssm:/a}": "b"}}))
    (error,) = folder.write("task-definition.yaml", yaml).errors()
    assert "a secret's value can't be a key" in error
    assert asked


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("service", "cluster"),
        ("service", "serviceName"),
        ("task", "family"),
        ("task", f"{APP}.name"),
    ],
)
def test_a_secret_is_no_name_as_names_are_shown(
    folder: Folder, asked: list[str], file: str, path: str
) -> None:
    change = folder.service if file == "service" else folder.task
    errors = change({path: "a-${ssm:/name}"}).errors()
    assert [one for one in errors if f"{path}: a secret's value can't be a name" in one]
    assert SECRET not in "".join(errors)
    assert asked == ["/name"]


def test_a_value_that_nobody_is_asked_for_is_neither_wrong_nor_known(
    folder: Folder, asked: list[str]
) -> None:
    text = json.dumps(
        changed(SERVICE, {"launchType": "${later:type}", "cluster": "${later:cluster}"})
    ).replace('"desiredCount": 4', '"desiredCount": ${later:count}')
    folder.write("service.json", text).task({"cpu": "${later:cpu}"})
    read = _definitions(folder)
    assert read.warnings == ()
    assert read.service is not None
    assert read.service["launchType"] == "${later:type}"
    assert "desiredCount" not in read.service
    (left_out,) = read.incomplete
    assert left_out.path == "desiredCount"
    assert asked == []


def test_the_secrets_of_a_request_can_be_found(folder: Folder, asked: list[str]) -> None:
    folder.task({MODE: "a-${ssm:/key}"})
    read = _definitions(folder)
    assert secrets_in(read.service, read.task_definition) == {f'a-{SECRET}"\n'}
    assert asked == ["/key"]
