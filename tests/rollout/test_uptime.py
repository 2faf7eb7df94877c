"""A canary that dies right after its start is found out, though what ECS tells is seconds old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cage.checks.always.uptime import UP_S
from cage.model.events import CheckPassed
from cage.model.outcome import Aborted, Promoted
from ecs_simulator.operations import reads
from tests.stories import tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage


def stale(stage: Stage) -> None:
    reads.lag(stage.world, chance=0.7, most_s=6)


@pytest.mark.parametrize("incident", ["essential-exit", "exit-zero", "segmentation-fault"])
@pytest.mark.parametrize("seed", [196, 241, 7])
def test_a_task_that_is_dead_already_is_not_promoted_on_reads_that_lag(
    incident: str, seed: int
) -> None:
    told = tell("fargate", incident, seed=seed, prepare=stale)
    assert isinstance(told.outcome, Aborted)
    assert "UpdateService" not in told.act.done


def test_a_canary_is_promoted_only_once_it_has_been_seen_up_for_some_seconds() -> None:
    told = tell("fargate", seed=3)
    assert isinstance(told.outcome, Promoted)
    running, up = (
        next(e for e in told.all(CheckPassed) if e.check == name) for name in ("running", "uptime")
    )
    assert (up.at - running.at).total_seconds() >= UP_S
    assert "still up" in up.message


def test_without_a_load_balancer_the_idle_duration_asks_the_same() -> None:
    told = tell("fargate-no-balancer")
    assert "uptime" not in {e.check for e in told.all(CheckPassed)}
    assert "idle" in {e.check for e in told.all(CheckPassed)}
