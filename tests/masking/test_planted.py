"""Given a hundred secrets in a task definition, then no output of cage shows one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from cage.masking.mask import Mask, redacted
from cage.masking.secrecy import looks_secret
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.reports.jsonl import record
from cage.wording.harmless import harmless_json
from ecs_simulator.world import ApiError
from tests.command_line import run, run_with
from tests.endpoint.locally import exported
from tests.masking.planted import COMMANDS, HARMLESS, SECRETS
from tests.served import served
from tests.stories import tell

if TYPE_CHECKING:
    from pathlib import Path

    from ecs_simulator.world.task_entities import SimTask

NEEDLES = sorted({needle for _, _, needle in SECRETS} | {"swordfish-7"}, key=len, reverse=True)


def _planted(shape: str = "fargate") -> dict[str, Any]:
    """A task definition with every secret: in variables, labels and commands."""
    task = dict(SHAPES[shape]().task_definition)
    first, *others = task["containerDefinitions"]
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    variables = [{"name": _name(n, name), "value": v} for n, (name, v, _) in enumerate(SECRETS)]
    first = {
        **first,
        "environment": variables,
        "command": [word for command in COMMANDS for word in command],
        "dockerLabels": {_name(n, name): v for n, (name, v, _) in enumerate(SECRETS)},
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    return {**task, "containerDefinitions": [first, *others]}


def _name(number: int, name: str) -> str:
    """A name of its own for each value: the neutral ones stay neutral."""
    return f"X{number}" if name in {"A", "B"} else f"{name}" if number < 34 else f"X{number}_{name}"


def _shown(output: str) -> list[str]:
    text = output.replace("\\n", "\n")
    return [needle for needle in NEEDLES if needle in text]


def test_there_are_a_hundred_and_each_can_be_seen() -> None:
    assert len(SECRETS) + len(COMMANDS) >= 100
    assert len(_shown(json.dumps(_planted()))) == len(NEEDLES)


@pytest.mark.parametrize(("name", "value", "needle"), SECRETS)
def test_a_secret_is_masked_in_a_request(name: str, value: str, needle: str) -> None:
    shown = redacted({"environment": [{"name": name, "value": value}]})
    assert needle not in json.dumps(shown)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_secret_is_masked_in_a_command(command: tuple[str, ...]) -> None:
    shown = redacted({"command": list(command), "healthCheck": {"command": list(command)}})
    assert "swordfish-7" not in json.dumps(shown)
    assert shown["command"][0] == command[0]


def test_at_most_two_in_a_hundred_harmless_values_are_masked() -> None:
    assert len(HARMLESS) >= 200
    wrong = [(name, value) for name, value in HARMLESS if looks_secret(name, value)]
    assert len(wrong) <= len(HARMLESS) * 2 // 100, wrong


def test_render_diff_and_init_show_none(tmp_path: Path) -> None:
    script = SHAPES["fargate"]()
    service = {**script.service, "loadBalancers": [], "cluster": "main", "serviceName": "web"}
    del service["loadBalancers"]
    service.pop("taskDefinition", None)
    stage = Stage(service, _planted())
    stage.bring_up()
    wanted = tmp_path / "wanted"
    wanted.mkdir()
    (wanted / "service.json").write_text(json.dumps(service))
    task = re.sub(r"\$(?=\{|\$)", "$$", json.dumps(script.task_definition))
    (wanted / "task-definition.json").write_text(task)
    with served(stage) as url:
        environ = exported(url)
        place = ("--cluster", "main", "--service", "web")
        outputs = [
            run_with(environ, *arguments, cwd=tmp_path)
            for arguments in (
                ("init", "live", *place),
                ("diff", "wanted"),
                ("diff", "wanted", "--json"),
                ("render", "wanted"),
            )
        ]
    texts = [shown.stdout + shown.stderr for shown in outputs]
    assert [shown.returncode for shown in outputs] == [0, 0, 0, 0], texts
    files = [path.read_text() for path in (tmp_path / "live").iterdir()]
    assert len(files) == 2
    for text in (*texts, *files):
        assert _shown(text) == []
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "live").iterdir())
    assert texts[1].count("***") >= len(SECRETS)


def test_render_of_files_that_hold_them_shows_none(tmp_path: Path) -> None:
    script = SHAPES["fargate"]()
    (tmp_path / "service.json").write_text(json.dumps(script.service))
    (tmp_path / "task-definition.json").write_text(json.dumps(_planted()))
    shown = run("render", str(tmp_path), "--only", "task-definition")
    assert shown.stdout.count("***") >= len(SECRETS)
    assert _shown(shown.stdout + shown.stderr) == []


def _prints_all(stage: Stage) -> None:
    """Let the new tasks print their whole environment, line by line, and ECS quote it."""

    def each(task: SimTask) -> None:
        if is_next(task):
            raw = task.revision.raw["containerDefinitions"][0]
            said = [f"{one['name']}={one['value']}" for one in raw["environment"]]
            needles = [needle for _, _, needle in SECRETS if len(needle) > 4]
            lines = [line for text in (*said, *needles) for line in text.splitlines()]
            task.plan.last_words += lines[-400:]
            task.plan.exits.append(("", 1.0, 1, " ".join((*said, *raw["command"]))))

    stage.world.tasks.behaviors.append(each)


def test_no_event_shows_one_that_the_application_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cage.diagnosis.doctor.LOG_LINES", 400)
    story = tell(prepare=_prints_all, holds=False, task_definition=_planted())
    output = "\n".join(harmless_json(record(event)) + repr(event) for event in story.events)
    assert output.count("***") > 100
    assert _shown(output) == []


def test_no_error_shows_one_that_aws_quotes() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, params: dict[str, Any]) -> None:
            if operation == "RegisterTaskDefinition":
                raise ApiError("ClientException", f"Invalid: {params['containerDefinitions']}")

        stage.world.gates.append(gate)

    story = tell(prepare=prepare, holds=False, task_definition=_planted())
    output = "\n".join(repr(event) for event in story.events) + repr(story.act.result)
    assert "Invalid: " in output
    assert _shown(output) == []


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("postgres://shop:tr4de-winds@db/x", "tr4de-winds"),
        ('{"db": {"password": "tr4de-winds"}}', "tr4de-winds"),
        ("Server=db;Password=tr4de-winds;", "tr4de-winds"),
        ("Authorization: Bearer tr4de-winds", "tr4de-winds"),
    ],
)
def test_a_secret_within_a_value_is_hidden_when_it_is_printed_alone(value: str, part: str) -> None:
    mask = Mask({"environment": [{"name": "A", "value": value}]})
    assert mask.text(f"login with {part} failed") == "login with *** failed"
