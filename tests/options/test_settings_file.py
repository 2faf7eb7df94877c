"""`cage.json`: what it may say, and what is said of it."""

from __future__ import annotations

import pytest

from cage.definitions import load_service_definition
from cage.options.settings_file import read_chain, shape
from tests.definitions.folder import SERVICE, TASK_DEFINITION, Folder


@pytest.fixture
def renamed(folder: Folder) -> Folder:
    """A folder whose files have names of their own."""
    (folder.path / "common").mkdir()
    (folder.path / "service.json").rename(folder.path / "ecs-service.json")
    (folder.path / "task-definition.json").rename(folder.path / "common" / "task.json")
    return folder


NAMES = '"service_file": "ecs-service.json", "task_definition_file": "common/task.json"'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cage.json", "{" + NAMES + "}"),
        ("cage.json", '{"$schema": "cage.schema.json", ' + NAMES + "}"),
        ("cage.jsonc", "{ // ours\n" + NAMES + ",\n}"),
        ("cage.yaml", "service_file: ecs-service.json\ntask_definition_file: common/task.json"),
        ("cage.yml", "{" + NAMES + "}"),
    ],
)
def test_it_names_the_files(renamed: Folder, name: str, text: str) -> None:
    renamed.write(name, text)
    assert renamed.read() == (SERVICE, TASK_DEFINITION)
    assert renamed.warnings() == []
    assert load_service_definition(renamed.path, {}, renamed.shapes, names=renamed.names) == SERVICE


def test_variables_are_put_in(renamed: Folder) -> None:
    renamed.write("cage.json", "{" + NAMES.replace("common", "${WHERE}") + "}")
    renamed.environ = {"WHERE": "common"}
    assert renamed.read() == (SERVICE, TASK_DEFINITION)


def test_a_path_may_be_absolute_or_none(renamed: Folder) -> None:
    absolute = renamed.path / "elsewhere.json"
    renamed.write("cage.json", {"service_file": str(absolute), "task_definition_file": ""})
    names = renamed.names
    assert (names.service, names.task_definition) == (absolute, None)


def test_without_one_nothing_is_said(folder: Folder) -> None:
    assert read_chain(folder.path, {}) == ()


def test_a_file_that_it_names_must_be_there(renamed: Folder) -> None:
    renamed.write("cage.json", "{" + NAMES.replace("ecs-service", "service") + "}")
    (error,) = renamed.errors()
    assert "service.json not found" in error


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ('{"servce_file": "x"}', "1:2", "Did you mean service_file?"),
        ('{\n "colour": 1}', "2:2", "Remove it: cage.json has no such key"),
        ('{"service_file": 5}', "1:18", "expected a string, found a number"),
        ('{"lock": "yes"}', "1:10", "expected true or false, found a string"),
        ('{"task_definition_file": "a\\u0000b"}', "1:26", "has a zero byte in it"),
        ('{"checks": {"bake": -1}}', "1:21", "-1 is out of range. Write 0 or more"),
        ('{"bake": -1}', "1:2", "it belongs in checks"),
        ('{"checks": {"logs": [{"must_not": ["("]}]}}', "1:36", "is not a regular expression"),
        ('{"checks": {"http": [{"path": "health"}]}}', "1:31", "is not a path like /health"),
        ('{"checks": {"http": ["health"]}}', "1:22", "expected an object, found a string"),
        ('["service_file"]', "1:1", "the file contains a list"),
        ('{"service_file": "${NOWHERE}"}', "1:19", "the variable NOWHERE is not defined"),
        ('{"service_file": "${ssm:/x}"}', "1:19", "not a known lookup"),
        ('{"service_file": ', "1:18", "the end of the file"),
    ],
)
def test_what_is_wrong_with_it_is_told_alone_with_its_place(
    renamed: Folder, text: str, place: str, says: str
) -> None:
    renamed.write("cage.json", text)
    (error,) = renamed.errors()
    assert error.startswith(f"cage.json:{place}: ")
    assert says in error


def test_errors_of_the_files_are_told_too(folder: Folder) -> None:
    folder.write("cage.json", '{"servce_file": "x"}').service({"desirdCount": 1})
    assert len(folder.errors()) == 2


def test_two_of_them_are_one_too_many(folder: Folder) -> None:
    folder.write("cage.json", "{}").write("cage.yaml", "{}")
    (error,) = folder.errors()
    assert error == "cage.json:1:1: cage.yaml exists too. Keep one of them"


def test_the_schema_of_a_definition_file_is_dropped_in_silence(folder: Folder) -> None:
    folder.service({"$schema": "service.schema.json"}).task({"$schema": 5})
    assert folder.read() == (SERVICE, TASK_DEFINITION)
    assert folder.warnings() == []


def test_metrics_without_the_expression_that_uses_them_are_refused(folder: Folder) -> None:
    metrics = {"e": {"namespace": "A", "metric": "B"}}
    entry = {"comparison": "<", "threshold": 1, "namespace": "C", "metric": "D", "metrics": metrics}
    folder.write("cage.json", {"checks": {"metrics": [entry]}})
    (file,) = read_chain(folder.path, {})
    (finding,) = file.findings
    assert finding.path == "checks.metrics[0]"
    assert "has `metrics` but no `expression`" in finding.message


def test_a_setting_whose_name_begins_like_that_of_a_wrong_one_is_still_checked(
    folder: Folder,
) -> None:
    folder.write("cage.json", {"checks": {"bake_after": -1, "bake": "soon"}})
    (file,) = read_chain(folder.path, {})
    assert {finding.path for finding in file.findings} == {"checks.bake", "checks.bake_after"}


def test_the_schema_has_each_bound_of_a_number(folder: Folder) -> None:
    folder.write("cage.json", "{}")
    entry = shape().members["checks"].members["metrics"].element.members
    assert (entry["datapoints"].minimum, entry["datapoints"].maximum) == (1, 100)
