"""A fault at every call: fail, delay or kill, then somebody rolls out again.

A few of the calls are taken in each run of the tests, all of them in `make crashes`.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import pytest

from cage.model import identity
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.script import journal_of
from cage.rehearsal.shapes import SHAPES
from cage.rollout.up import up
from tests.rehearsal.faults import (
    SCENARIOS,
    Fault,
    Strike,
    run_until_killed,
    struck,
    told_on,
)

if TYPE_CHECKING:
    from cage.model.result import Result
    from cage.rehearsal.stage import Stage

_STRIDE = 1 if os.environ.get("CRASHES") == "all" else 17
_SETTLES_S = 1500.0
"""By then a lease has run out, and ECS has ended what it was doing."""


@functools.cache
def calls_of(name: str) -> int:
    told = told_on(SCENARIOS[name].stage(), SCENARIOS[name], usual=True)
    assert told.broken == ()
    return sum(call.under_test for call in told.act.made)


def indexes(name: str, fault: Fault, stride: int = _STRIDE) -> range:
    """The numbers of the calls to strike; each fault begins at another one."""
    return range(list(Fault).index(fault) % stride, calls_of(name), stride)


def alive_canaries(stage: Stage) -> list[str]:
    group = identity.group(stage.service_name)
    tasks = stage.world.tasks.all.values()
    return [t.id for t in tasks if t.group == group and not t.stopping]


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_rollout_after_one_with_a_fault_leaves_nothing_and_tells_the_truth(
    name: str, fault: Fault
) -> None:
    scenario = SCENARIOS[name]
    for index in indexes(name, fault):
        where = f"{name}: {fault} at call {index}"
        stage = scenario.stage()
        first = struck(stage, scenario, fault, index)
        assert first is None or first.broken == (), where
        assert len(alive_canaries(stage)) <= 1, where
        revisions = len(stage.world.revisions["web"])
        stage.world.run_until(stage.world.now + _SETTLES_S)
        again = told_on(stage, scenario, usual=True)
        assert again.broken == (), where
        assert alive_canaries(stage) == [], where
        assert len(stage.world.services) == 1, where
        assert len(stage.world.revisions["web"]) <= revisions + 1 <= 4, where


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.kills])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_rollout_right_after_one_that_was_killed_is_proven_or_says_who_is_at_it(
    name: str, fault: Fault
) -> None:
    scenario = SCENARIOS[name]
    for index in indexes(name, fault, 2 * _STRIDE):
        where = f"{name}: {fault} at call {index}"
        stage = scenario.stage()
        assert struck(stage, scenario, fault, index) is None, where
        again = told_on(stage, scenario, usual=False)
        outcome = again.act.result.outcome if again.act.result is not None else None
        if isinstance(outcome, Aborted) and "being deployed" in outcome.message:
            # What the killed one began goes on, and changes the service and its targets.
            assert again.broken_names <= {"aborted_means_unchanged", "cage_takes_no_target"}, where
            continue
        assert again.broken == (), where
        if isinstance(outcome, Aborted) and "Another rollout of this service" in outcome.message:
            assert len(alive_canaries(stage)) == 1, where
        else:
            right = {name for i in scenario.incidents for name in i.right} or {"Promoted"}
            assert again.outcome in right, where
            assert alive_canaries(stage) == [], where


def create(stage: Stage) -> Result | None:
    """Create the service by `cage up`; None if that was killed."""
    request = SHAPES["fargate"]().request

    async def work() -> Result:
        return await up(stage.context(journal_of(stage, ())), request)

    result: Result | None = run_until_killed(work, stage.world.now)
    return result


@functools.cache
def calls_of_up() -> int:
    stage = SHAPES["fargate"]().furnish()
    created = create(stage)
    assert created is not None
    assert isinstance(created.outcome, Promoted)
    return len(stage.api.calls)


@pytest.mark.parametrize("fault", Fault)
def test_a_service_whose_creation_had_a_fault_is_there_once_and_can_be_rolled_out(
    fault: Fault,
) -> None:
    for index in range(list(Fault).index(fault) % _STRIDE, calls_of_up(), max(1, _STRIDE // 3)):
        where = f"up: {fault} at call {index}"
        stage = SHAPES["fargate"]().furnish()
        strike = Strike(stage, fault, index)
        created = create(stage)
        strike.end()
        stage.world.run_until(stage.world.now + _SETTLES_S)
        exists = len(stage.world.services)
        assert created is None or created.service_intact is (exists == 0), where
        again = create(stage)
        assert again is not None, where
        assert isinstance(again.outcome, Aborted if exists else Promoted), where
        assert len(stage.world.services) == 1, where
        rolled_out = told_on(stage, SCENARIOS["fargate"], usual=True)
        assert rolled_out.broken == (), where
