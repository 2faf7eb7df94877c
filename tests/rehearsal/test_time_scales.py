"""An incident ends as it should however fast the world lives, as under `cage local --time-scale`.

Both clocks are virtual here: the clients' is the loop's, the world's is sixty times as fast.
"""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING

import pytest

from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.script import LOCK_HOLDER, act_on
from cage.rehearsal.shapes import SHAPES
from ecs_simulator.endpoint.pace import Pace
from ecs_simulator.operations.times import stamp

if TYPE_CHECKING:
    from cage.rehearsal.incidents.incident import Incident
    from cage.rehearsal.stage import Stage

_SCALE = 60.0


def _hurry(stage: Stage) -> None:
    """Let the world live faster than its clients, from now on."""
    began_s = stage.world.now

    def loop_s() -> float:
        try:
            return asyncio.get_running_loop().time()
        except RuntimeError:  # the rollout hasn't begun
            return began_s

    pace = Pace(began_s, _SCALE, loop_s, stamp(began_s))
    stage.api.clock, stage.api.time = pace.now_s, pace


@functools.cache
def _fits(incident: Incident) -> bool:
    """Whether it happens to the service without hearing what a rollout tells."""
    stage = SHAPES["fargate"]().stage()
    if incident.family == "operator" or incident.inapplicable(stage) is not None:
        return False
    incident.arm(stage)
    return not stage.listeners


@pytest.mark.parametrize("name", [name for name, i in CATALOG.items() if _fits(i)])
def test_an_incident_ends_as_it_should_in_a_world_in_a_hurry(name: str) -> None:
    incident = CATALOG[name]
    script = SHAPES["fargate"]().but(lock_as=LOCK_HOLDER if incident.locked else None)
    stage = script.stage()
    _hurry(stage)
    incident.arm(stage)
    act = act_on(stage, script)
    assert act.result is not None, act.error
    assert type(act.result.outcome).__name__ in incident.right


def test_among_them_are_those_who_renew_what_is_theirs() -> None:
    renewing = ("live-rollout", "somebody-resumes-it", "lock-held")
    assert all(_fits(CATALOG[name]) for name in renewing)


def test_who_holds_the_lock_is_alive_for_minutes_on_the_clients_clock() -> None:
    stage = SHAPES["fargate"]().stage()
    _hurry(stage)
    CATALOG["lock-held"].arm(stage)
    stage.world.run_until(stage.world.now + stage.clients_s(500))
    (versions,) = stage.world.parameters.all.values()
    assert stage.world.now - versions[-1].at_s <= stage.clients_s(30)
