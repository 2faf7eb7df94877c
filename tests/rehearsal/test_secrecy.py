"""Given values in every place where a task definition takes them, then no output shows one.

The worlds are as talkative as they can be: applications write their whole environment to the
log, ECS quotes it in the reasons of stopped tasks, and AWS quotes it in what it refuses.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cage.masking.mask import SecretText
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.triggers import is_next
from cage.rehearsal.shapes import SHAPES
from cage.reports.jsonl import JsonLines
from cage.reports.plain import Plain
from cage.reports.terminal import Terminal
from cage.wording.live import LiveScreen
from ecs_simulator.world import ApiError
from tests.stories import tell

if TYPE_CHECKING:
    from cage.model.events import Event
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask

_ENVIRONMENT = "sentinel-of-the-environment"
_LOOKED_UP = "sentinel-out-of-a-store"
_SHAPES = ("fargate-furnished", "ec2-bridge", "fargate-blue-green")


def _definition(shape: str) -> dict[str, Any]:
    """The shape's task definition with values wherever one can stand."""
    task = dict(SHAPES[shape]().task_definition)
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    task["containerDefinitions"] = [
        {
            **container,
            "environment": [
                {"name": "PASSWORD", "value": f"{_ENVIRONMENT}-{container['name']}"},
                {"name": "URL", "value": SecretText(f"postgres://u:{_LOOKED_UP}@db/1")},
            ],
            "command": [SecretText(f"--key={_LOOKED_UP}")],
            "dockerLabels": {"key": SecretText(_LOOKED_UP)},
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        }
        for container in task["containerDefinitions"]
    ]
    return task


def _talk(stage: Stage) -> None:
    """Let everything that can quote a value do so."""

    def each(task: SimTask) -> None:
        if not is_next(task):
            return
        said = [
            str(v["value"])
            for c in task.revision.raw["containerDefinitions"]
            for v in c.get("environment") or []
        ]
        task.plan.last_words += [f"starting with {value}" for value in said]
        if task.plan.start_failure is not None:
            reason, of_container = task.plan.start_failure
            quoted = f" (environment: {said})"
            task.plan.start_failure = (reason + quoted, of_container + quoted)
        task.plan.exits = [(n, s, code, f"{r} {said}") for n, s, code, r in task.plan.exits]

    stage.world.tasks.behaviors.append(each)


def _all_output(
    caplog: pytest.LogCaptureFixture, shape: str, incident: str | None, prepare: Any
) -> str:
    """Roll out with every report and --debug's logging on, and return all that is shown."""
    plain, lines, terminal = io.StringIO(), io.StringIO(), io.StringIO()
    caplog.set_level(logging.DEBUG, "cage")
    caplog.clear()
    console = Console(file=terminal, force_terminal=True, width=300)
    with LiveScreen(terminal, console) as screen:
        sinks = (Plain(plain), JsonLines(lines), Terminal(screen))

        def sink(event: Event) -> None:
            for one in sinks:
                one(event)

        story = tell(
            shape,
            incident,
            prepare=prepare,
            sink=sink,
            holds=False,
            task_definition=_definition(shape),
        )
    result = story.act.result
    assert result is not None
    assert plain.getvalue()
    assert lines.getvalue()
    assert terminal.getvalue()
    return "\n".join(
        (
            *(plain.getvalue(), lines.getvalue(), terminal.getvalue(), caplog.text),
            *(repr(event) for event in story.events),
            *(repr(result.outcome), repr(result.left_behind), repr(result.diagnosis)),
        )
    )


def _showing(text: str) -> list[str]:
    """The lines that show a value."""
    return [line for line in text.splitlines() if _ENVIRONMENT in line or _LOOKED_UP in line]


@pytest.mark.parametrize("incident", [None, *CATALOG])
@pytest.mark.parametrize("shape", _SHAPES)
def test_no_value_is_shown_whatever_goes_wrong(
    shape: str, incident: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    if incident and CATALOG[incident].inapplicable(SHAPES[shape]().stage()):
        return
    assert _showing(_all_output(caplog, shape, incident, _talk)) == []


def test_no_value_is_shown_that_aws_quotes_in_a_refusal(caplog: pytest.LogCaptureFixture) -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, params: dict[str, Any]) -> None:
            if operation == "RegisterTaskDefinition":
                raise ApiError("ClientException", f"Invalid: {params['containerDefinitions']}")

        stage.world.gates.append(gate)

    text = _all_output(caplog, "fargate", None, prepare)
    assert "Invalid: " in text
    assert _showing(text) == []


def test_no_value_is_shown_where_cage_itself_breaks(caplog: pytest.LogCaptureFixture) -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, _params: dict[str, Any]) -> None:
            if operation == "RunTask":
                raise KeyError("no such thing")

        stage.world.gates.append(gate)

    text = _all_output(caplog, "fargate", None, prepare)
    assert "Internal error" in text
    assert "Traceback" in text
    assert _showing(text) == []


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        ("essential-exit", "starting with ***"),
        ("bad-image", "not found (environment: ['***"),
        ("crash-after-promotion", "starting with ***"),
    ],
)
def test_the_world_does_talk(incident: str, said: str, caplog: pytest.LogCaptureFixture) -> None:
    assert said in _all_output(caplog, "fargate-furnished", incident, _talk)
