"""Rollouts whose process is killed, and their resumption, for the tests of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.model import identity
from cage.rehearsal.incidents.triggers import KilledError, killed_at
from cage.rehearsal.script import Script, resume_there, roll_out
from cage.rehearsal.shapes import SHAPES
from ecs_simulator import loop
from tests.ecs_simulator.stages import behave

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.model.base import Shape
    from cage.model.events import Event
    from cage.model.result import Result
    from cage.rehearsal.stage import Stage
    from cage.runtime.interruption import Interruption

NO_BREAKER: Shape = {"minimumHealthyPercent": 100, "maximumPercent": 200}


def killed(
    at: str,
    *,
    after: str = "RegisterTaskDefinition",
    shape: str = "fargate",
    prepare: Callable[[Stage], None] | None = None,
    configuration: Shape | None = None,
    **differences: Any,
) -> tuple[Script, Stage]:
    """Roll out until the process is killed as it is about to make that call."""
    script = SHAPES[shape]().but(**differences)
    if configuration is not None:
        service = {**script.service, "deploymentConfiguration": configuration}
        script = script.but(service_definition=service)
    stage = script.stage()
    if prepare is not None:
        prepare(stage)
    killed_at(at, after=after)(stage)
    with pytest.raises(KilledError):
        loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    stage.killed = False
    return script, stage


def resumed(
    script: Script,
    stage: Stage,
    sink: Callable[[Event], None] = lambda _event: None,
    interruption: Interruption | None = None,
) -> tuple[Result, list[Event]]:
    told: list[Event] = []
    result = loop.run(
        lambda: resume_there(script, stage, (told.append, sink), interruption),
        at_s=stage.world.now,
    )
    return result, told


def all_of(told: list[Event], kind: type[Event]) -> list[Any]:
    return [event for event in told if isinstance(event, kind)]


def canaries(stage: Stage) -> list[str]:
    tasks = stage.world.tasks.all.values()
    return [t.id for t in tasks if t.group == identity.group("web") and not t.stopping]


def serve_late(stage: Stage) -> None:
    """The service's own new tasks are healthy for nobody; the canary is."""

    def change(task: Any) -> None:
        if not task.group.startswith(identity.GROUP):
            task.plan.reachable = False

    behave(stage, change)


AFTER_UPDATE: dict[str, Any] = {"at": "DescribeServices", "after": "UpdateService"}
