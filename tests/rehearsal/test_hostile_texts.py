"""Given containers, AWS and people that write commands for terminals and CI services, then none
of them is executed, whatever cage writes and wherever.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.script import Script
from cage.rehearsal.shapes import SHAPES
from cage.reports.jsonl import JsonLines
from cage.reports.plain import Plain
from cage.reports.terminal import Terminal
from cage.wording.live import LiveScreen
from ecs_simulator.world import ApiError, deployments
from tests.command_line import ROOT, run, run_with
from tests.endpoint.locally import exported
from tests.hostile import LINES, executed
from tests.served import served
from tests.stories import tell

if TYPE_CHECKING:
    from pathlib import Path

    from cage.model.events import Event
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask

PLACE = ("--cluster", "demo", "--service", "web")
ALL = " ; ".join(LINES)


def _logging(shape: str) -> dict[str, Any]:
    task = dict(SHAPES[shape]().task_definition)
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    task["containerDefinitions"] = [
        {**container, "logConfiguration": {"logDriver": "awslogs", "options": options}}
        for container in task["containerDefinitions"]
    ]
    return task


def _attack(number: int) -> Any:
    """Let the new tasks log hostile lines, some at a time, and exit for a hostile reason."""

    def prepare(stage: Stage) -> None:
        def each(task: SimTask) -> None:
            if is_next(task):
                task.plan.last_words += LINES[number : number + 8]
                task.plan.exits.append(("", 1.0, 1, f"{LINES[number]}\n{ALL}"))

        stage.world.tasks.behaviors.append(each)

    return prepare


@pytest.mark.parametrize("number", range(0, len(LINES), 8))
@pytest.mark.parametrize("width", [40, 300])
def test_nothing_that_a_container_writes_is_executed(number: int, width: int) -> None:
    plain, lines, terminal = io.StringIO(), io.StringIO(), io.StringIO()
    with LiveScreen(terminal, Console(file=terminal, force_terminal=True, width=width)) as screen:
        sinks = (Plain(plain), JsonLines(lines), Terminal(screen))

        def sink(event: Event) -> None:
            for one in sinks:
                one(event)

        tell(prepare=_attack(number), sink=sink, holds=False, task_definition=_logging("fargate"))
    assert "last log lines:" in plain.getvalue()
    assert executed(plain.getvalue()) == []
    assert executed(lines.getvalue()) == []
    assert executed(terminal.getvalue(), terminal=True) == []


def _web(folder: Path) -> tuple[str, Stage]:
    """The example's files without variables, and a stage for them."""
    found = []
    for name in ("service.json", "task-definition.json"):
        text = (ROOT / "examples/web" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("${IMAGE_TAG:-latest}", "1.2.3"))
        found.append(json.loads((folder / name).read_text()))
    del found[0]["loadBalancers"]
    (folder / "service.json").write_text(json.dumps(found[0]))
    return str(folder), Script.of(*found).stage()


@pytest.mark.parametrize("verb", ["rollout", "status", "diff", "verify"])
@pytest.mark.parametrize("flags", [(), ("--json",), ("--debug",)])
def test_nothing_that_aws_refuses_with_is_executed(
    tmp_path: Path, verb: str, flags: tuple[str, ...]
) -> None:
    directory, stage = _web(tmp_path)

    def gate(_operation: str, _params: dict[str, Any]) -> None:
        raise ApiError("ClientException", "\n".join(LINES))

    stage.world.gates.append(gate)
    what = PLACE if verb == "status" else (directory,)
    with served(stage) as url:
        shown = run_with(exported(url), verb, *what, *flags)
    assert shown.returncode != 0
    assert "set-output" in shown.stdout + shown.stderr
    assert executed(shown.stdout) == []
    assert executed(shown.stderr) == []


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_nothing_in_a_status_is_executed(tmp_path: Path, flags: tuple[str, ...]) -> None:
    _, stage = _web(tmp_path)
    for line in (*LINES[:2], *LINES[-3:]):
        deployments.tell(stage.world.engine, stage.service, f"started\n{line}")
    with served(stage) as url:
        shown = run_with(exported(url), "status", *PLACE, *flags)
    assert shown.returncode == 0, shown.stderr
    assert "set-output" in shown.stdout
    assert executed(shown.stdout) == []


@pytest.mark.parametrize("flags", [(), ("--github",), ("--json",), ("--json", "--github")])
def test_nothing_in_a_finding_about_a_file_is_executed(
    tmp_path: Path, flags: tuple[str, ...]
) -> None:
    for number, line in enumerate(LINES):
        folder = tmp_path / str(number)
        folder.mkdir()
        directory, _ = _web(folder)
        file = folder / "task-definition.json"
        task = json.loads(file.read_text())
        task["containerDefinitions"][0] |= {line: 1, "image": f"{line} x"}
        file.write_text(json.dumps(task))
        shown = run("check", directory, *flags)
        assert shown.returncode != 0
        # Annotations are commands of cage's own; what is in them must not be one.
        own = r"(?m)^::(?:error|warning) "
        assert bool(re.search(own, shown.stdout + shown.stderr)) == ("--github" in flags)
        for output in (shown.stdout, shown.stderr):
            assert executed(re.sub(own, "cage: ", output)) == []
