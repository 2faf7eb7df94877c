"""`cage render`, as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import ROOT, run

EXAMPLE = ROOT / "examples" / "web"
PLACEHOLDER = "${IMAGE_TAG:-latest}"


def test_it_prints_the_inputs_of_all_calls() -> None:
    shown = run("render", "examples/web")
    assert (shown.returncode, shown.stderr) == (0, "")
    told = json.loads(shown.stdout)
    assert set(told) == {"register-task-definition", "create-service", "update-service"}
    written = (EXAMPLE / "task-definition.json").read_text().replace(PLACEHOLDER, "latest")
    assert told["register-task-definition"] == json.loads(written)
    assert told["update-service"] == {"cluster": "demo", "service": "web", "taskDefinition": "web"}


@pytest.mark.parametrize("kind", ["service", "task-definition"])
def test_one_file_alone_is_printed_as_it_was_written(kind: str, tmp_path: Path) -> None:
    text = (EXAMPLE / f"{kind}.json").read_text().replace(PLACEHOLDER, "latest")
    (tmp_path / f"{kind}.json").write_text(text)
    shown = run("render", str(tmp_path), "--only", kind)
    assert shown.returncode == 0
    assert json.loads(shown.stdout) == json.loads(text)


def test_flags_decide_as_they_do_for_a_rollout() -> None:
    shown = run("render", "examples/web", "--update-service", "--cluster", "other")
    update = json.loads(shown.stdout)["update-service"]
    assert update["cluster"] == "other"
    assert "networkConfiguration" in update


def test_a_secret_is_masked_and_a_warning_goes_to_stderr(tmp_path: Path) -> None:
    (tmp_path / "service.json").write_text((EXAMPLE / "service.json").read_text())
    task = json.loads((EXAMPLE / "task-definition.json").read_text())
    task["containerDefinitions"][0]["environment"] = [{"name": "DB_PASSWORD", "value": "${PW}"}]
    (tmp_path / "task-definition.json").write_text("// ours\n" + json.dumps(task))
    shown = run("render", str(tmp_path), PW="hunter2")
    assert shown.returncode == 0
    assert "hunter2" not in shown.stdout + shown.stderr
    assert '"***"' in shown.stdout
    assert "comments were ignored" in shown.stderr


def test_files_with_errors_are_not_rendered(tmp_path: Path) -> None:
    shown = run("render", str(tmp_path))
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "service.json not found in" in shown.stderr
