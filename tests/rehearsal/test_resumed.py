"""The process is killed before each call that it makes; then somebody resumes the rollout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.model import identity
from cage.model.events import Noticed, OperationStarted
from cage.model.outcome import NothingToDo, Promoted
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.triggers import KilledError
from cage.rehearsal.script import resume_there, roll_out, with_cage
from cage.rehearsal.shapes import SHAPES
from ecs_simulator import loop

if TYPE_CHECKING:
    from cage.model.events import Event
    from cage.model.result import Result
    from cage.rehearsal.stage import Stage

_SETTLES_S = 1500.0


def killed_before(index: int, shape: str = "fargate") -> Stage:
    """Roll out until the process is killed before its call of that number."""
    script = SHAPES[shape]()
    stage = script.stage()
    made: list[str] = []

    def gate(operation: str, _params: dict[str, Any]) -> None:
        made.append(operation)
        if len(made) > index:
            raise KilledError

    stage.world.gates.append(gate)
    with pytest.raises((KilledError, BaseExceptionGroup)):  # a call can be one of several at once
        loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    stage.world.gates.remove(gate)
    return stage


def resumed(stage: Stage, shape: str = "fargate") -> tuple[Result, list[Event]]:
    """Resume what was killed."""
    told: list[Event] = []
    script = SHAPES[shape]()
    result = loop.run(lambda: resume_there(script, stage, (told.append,)), at_s=stage.world.now)
    return result, told


def _canaries_alive(stage: Stage) -> list[str]:
    tasks = stage.world.tasks.all.values()
    return [t.id for t in tasks if t.group == identity.group("web") and not t.stopping]


def _calls_of_a_rollout(shape: str = "fargate") -> list[str]:
    stage = SHAPES[shape]().stage()
    before = len(stage.api.calls)
    loop.run(lambda: roll_out(SHAPES[shape](), stage), at_s=stage.world.now)
    return stage.api.calls[before:]


def _holds(stage: Stage, result: Result, shape: str, index: int) -> None:
    """What was begun is at its end, nothing was done twice, and no canary is left."""
    begun = bool({"RunTask", "StartTask"} & set(_CALLS[shape][:index]))
    assert isinstance(result.outcome, Promoted | NothingToDo), result.outcome
    assert result.left_behind == ()
    assert result.resume == ""
    assert _canaries_alive(stage) == []
    assert stage.api.done.count("RegisterTaskDefinition") <= 2  # the service's own, and one
    assert stage.api.done.count("UpdateService") <= 1
    assert stage.service.primary.revision.number == (2 if begun else 1)
    assert stage.service.primary.rollout_state == "COMPLETED"


_OTHERS = ("fargate-blue-green", "fargate-no-balancer", "ec2-bridge", "ec2-provider")
_CALLS = {shape: _calls_of_a_rollout(shape) for shape in ("fargate", *_OTHERS)}


def test_a_rehearsal_shows_where_the_process_was_killed() -> None:
    told: list[Event] = []
    with_cage(SHAPES["fargate"](), CATALOG["killed-at-promotion"], (told.append,))
    (killed,) = (e for e in told if isinstance(e, Noticed) and "SIGKILL" in e.message)
    began, resumed = (e for e in told if isinstance(e, OperationStarted))
    assert began.at < killed.at <= resumed.at
    assert killed.rollout_id == began.rollout_id != resumed.rollout_id


@pytest.mark.parametrize("index", range(len(_CALLS["fargate"])))
def test_a_rollout_that_is_resumed_at_once_is_brought_to_its_end(index: int) -> None:
    stage = killed_before(index)
    result, _ = resumed(stage)
    _holds(stage, result, "fargate", index)


@pytest.mark.parametrize("index", range(0, len(_CALLS["fargate"]), 3))
def test_a_rollout_that_is_resumed_later_is_brought_to_its_end(index: int) -> None:
    stage = killed_before(index)
    stage.world.run_until(stage.world.now + _SETTLES_S)
    result, _ = resumed(stage)
    _holds(stage, result, "fargate", index)


@pytest.mark.parametrize(
    ("shape", "index"), [(s, n) for s in _OTHERS for n in range(0, len(_CALLS[s]), 5)]
)
def test_a_rollout_of_another_shape_is_brought_to_its_end_too(shape: str, index: int) -> None:
    stage = killed_before(index, shape)
    result, _ = resumed(stage, shape)
    _holds(stage, result, shape, index)
