"""Definition files in Jsonnet."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from cage.definitions import Found, jsonnet_reader

from .folder import SERVICE, TASK_DEFINITION, Folder

if TYPE_CHECKING:
    from pathlib import Path


SECRET = "hunter2-hunter2"  # noqa: S105 - it stands for one


def _jsonnet(folder: Folder, text: str) -> Folder:
    """Replace the service by one in Jsonnet."""
    return folder.remove("service.json").write("service.jsonnet", text)


def test_what_it_renders_to_is_the_request(folder: Folder) -> None:
    folder.write("common.libsonnet", "{ launchType: 'FARGATE' }")
    rest = {key: value for key, value in SERVICE.items() if key not in {"launchType", "cluster"}}
    _jsonnet(
        folder,
        "// ours\n(import 'common.libsonnet') + { cluster: std.extVar('CLUSTER') } + "
        f"{json.dumps(rest)}",
    )
    folder.environ = {"CLUSTER": "blue", "BYTES": "\udcff"}
    service, task = folder.read()
    assert (service, task) == (SERVICE, TASK_DEFINITION)
    assert folder.warnings() == []


def test_placeholders_and_lookups_work_in_what_is_rendered(folder: Folder) -> None:
    service = dict(SERVICE) | {"cluster": "${A}", "serviceName": "${cfn:x.Name}"}
    folder.environ, folder.lookups = {"A": "blue"}, {"cfn": lambda _reference: Found("shop")}
    read, _ = _jsonnet(folder, json.dumps(service)).read()
    assert read == SERVICE


def test_a_finding_has_its_place_in_the_file(folder: Folder) -> None:
    folder.task({"networkMode": "bridge", "requiresCompatibilities": ["EC2"]})
    (error,) = _jsonnet(folder, "{ serviceName: 'shop', desirdCount: 1 }").errors()
    assert error.startswith("service.jsonnet:1:24: desirdCount: ")


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("{ a: 1,\n  b: x }", "2:6", "Unknown variable: x"),
        ("{ a: ", "1:6", "unexpected end of file"),
        ("{ a: error 'no\\nway' }", "1:6", "no way"),
        (
            "{ a: std.extVar('NOWHERE') }",
            "1:6",
            "undefined external variable: NOWHERE. Set NOWHERE",
        ),
        ("import 'absent.libsonnet'", "1:1", "couldn't open import"),
        ("function(x) x", "1:1", "function parameter x not bound"),
        ("local f(x) = f(x + 1) + 1; f(1)", "1:14", "max stack frames exceeded"),
        ("{ a: std.parseInt(std.extVar('S')) }", "1:6", "*** is not a base 10 integer"),
        ("", "1:1", "unexpected end of file"),
    ],
)
def test_an_error_of_jsonnet_is_a_finding(folder: Folder, text: str, place: str, says: str) -> None:
    folder.environ = {"S": SECRET}
    (error,) = _jsonnet(folder, text).errors()
    assert error.startswith(f"service.jsonnet:{place}: Jsonnet says: ")
    assert says in error
    assert SECRET not in error


def test_what_is_no_definition_is_told_so(folder: Folder) -> None:
    (error,) = _jsonnet(folder, "[1, 2]").errors()
    assert "the file contains a list" in error


def test_it_may_import_from_beside_it_wherever_cage_runs(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("all.libsonnet", json.dumps(SERVICE))
    _jsonnet(folder, "import 'all.libsonnet'")
    monkeypatch.chdir(tmp_path.parent)
    assert folder.read()[0] == SERVICE


def test_without_the_package_it_says_how_to_go_on(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "_jsonnet", None)
    (error,) = _jsonnet(folder, "{}").errors()
    assert "requires the package jsonnet, which is not installed" in error
    assert "jsonnet service.jsonnet > service.json" in error


def test_a_program_without_end_is_stopped(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonnet_reader, "MAX_JSONNET_S", 1)
    (error,) = _jsonnet(folder, "local f(x) = f(x + 1) tailstrict; f(1)").errors()
    assert error.startswith("service.jsonnet:1:1: Jsonnet took longer than 1 s and was stopped")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of memory that holds")
def test_a_program_that_takes_all_memory_is_stopped(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonnet_reader, "MAX_JSONNET_BYTES", 256 * 1024**2)
    (error,) = _jsonnet(folder, "std.length(std.range(1, 1e9))").errors()
    assert "Jsonnet took more than 256 MiB, or crashed" in error
