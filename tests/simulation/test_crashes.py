"""The process is killed before each call that it makes; then somebody rolls out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.canary import identity
from cage.events import CanarySwept
from cage.outcome import Aborted, Promoted
from cage.simulator import loop
from cage.simulator.rehearsal import roll_out
from cage.simulator.shapes import SHAPES

if TYPE_CHECKING:
    from cage.events import Event
    from cage.simulator.stage import Stage

_SETTLES_S = 1500.0


class KilledError(BaseException):
    """SIGKILL: nothing of the process runs any more, its clean-up neither."""


def _killed_before(index: int) -> Stage:
    """Roll out until the process is killed before its call of that number."""
    script = SHAPES["fargate"]()
    stage = script.stage()
    made: list[str] = []

    def gate(operation: str, _params: dict[str, Any]) -> None:
        made.append(operation)
        if len(made) > index:
            raise KilledError

    stage.world.gates.append(gate)
    with pytest.raises(KilledError):
        loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    stage.world.gates.remove(gate)
    return stage


def _again(stage: Stage) -> tuple[Any, list[Event]]:
    told: list[Event] = []
    result = loop.run(
        lambda: roll_out(SHAPES["fargate"](), stage, (told.append,)), at_s=stage.world.now
    )
    return result, told


def _canaries_alive(stage: Stage) -> list[str]:
    tasks = stage.world.tasks.all.values()
    return [t.id for t in tasks if t.group == identity.group("web") and not t.stopping]


def _calls_of_a_rollout() -> int:
    stage = SHAPES["fargate"]().stage()
    before = len(stage.api.calls)
    loop.run(lambda: roll_out(SHAPES["fargate"](), stage), at_s=stage.world.now)
    return len(stage.api.calls) - before


@pytest.mark.parametrize("index", range(_calls_of_a_rollout()))
def test_a_rollout_after_one_that_was_killed_leaves_nothing_and_is_proven(index: int) -> None:
    stage = _killed_before(index)
    left = _canaries_alive(stage)
    assert len(left) <= 1
    stage.world.run_until(stage.world.now + _SETTLES_S)
    result, told = _again(stage)
    assert isinstance(result.outcome, Promoted)
    assert result.left_behind == ()
    assert _canaries_alive(stage) == []
    swept = [e.task_arn.rpartition("/")[2] for e in told if isinstance(e, CanarySwept)]
    assert swept == left
    for group in stage.world.groups.groups.values():
        assert len([t for t in group.targets.values() if t.state == "healthy"]) == 3


@pytest.mark.parametrize("index", range(0, _calls_of_a_rollout(), 6))
def test_a_rollout_right_after_one_that_was_killed_is_proven_or_says_who_is_at_it(
    index: int,
) -> None:
    stage = _killed_before(index)
    result, _ = _again(stage)
    assert isinstance(result.outcome, Promoted | Aborted)
    if isinstance(result.outcome, Aborted):
        assert "being deployed" in result.outcome.message
    else:
        assert _canaries_alive(stage) == []
