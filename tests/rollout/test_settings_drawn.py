"""A drawn service becomes as its file says by `--update-service`, and what it was on the way back.

`CAGE_SETTINGS_DRAWS` says how many are drawn: `make settings` draws 10,000.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from cage.aws.shapes import EcsShapes
from cage.comparison.diff import diff
from cage.comparison.reading import read
from cage.comparison.reduction import reduced
from cage.context import Place, ServiceHandle
from cage.model.outcome import Promoted
from cage.rehearsal.script import Script, roll_out
from cage.rehearsal.stage import Stage
from cage.rollout.rollback import rollback
from ecs_simulator import loop
from ecs_simulator.world.task_entities import SimTargetGroup
from tests.ecs_simulator.stages import break_image, settled, wait_for
from tests.rollout.drawn_settings import Drawn

_SHAPES = EcsShapes()
_DRAWS = int(os.environ.get("CAGE_SETTINGS_DRAWS", "500"))
_CHUNKS = 20


def handle(stage: Stage) -> ServiceHandle:
    return ServiceHandle(stage.gateway().ecs, Place("us-east-1", stage.cluster, "web"))


def settings(stage: Stage) -> dict[str, Any]:
    """What ECS shows of the service's settings and tags."""

    async def look() -> dict[str, Any]:
        service = await handle(stage).require(tags=True)
        live = await read(handle(stage).ecs, service)
        found = reduced(live.input, _SHAPES.input_of("CreateService"))
        return {**found, "tags": sorted(found.get("tags") or [], key=lambda tag: tag["key"])}

    return loop.run(look, at_s=stage.world.now)


def differences(stage: Stage, script: Script) -> list[str]:
    """What `cage diff` finds between the service and its file."""

    async def look() -> list[str]:
        found = await diff(handle(stage), script.request, _SHAPES)
        assert found.service_definition is not None
        return [change.path for change in found.service_definition.changes]

    return loop.run(look, at_s=stage.world.now)


def hold(seed: int) -> str:
    """Roll a drawn service out and back; return what is wrong, or nothing."""
    drawn = Drawn(seed)
    stage = drawn.live.furnish()
    for balancer in drawn.balancers:
        arn = balancer["targetGroupArn"]
        kind = "ip" if drawn.fargate else "instance"
        if arn not in stage.world.groups.groups:
            group = SimTargetGroup(arn=arn, name="web", target_type=kind)
            stage.world.add_target_group(group)
    stage.bring_up()
    stage.alarm("calm")
    wait_for(stage, settled(stage))
    script = drawn.live.but(service_definition=drawn.wanted)
    before = settings(stage)
    if drawn.breaks:
        break_image(stage)
    result = loop.run(lambda: roll_out(script, stage), at_s=stage.world.now)
    outcome = result.outcome
    if isinstance(outcome, Promoted):
        if left := differences(stage, script):
            return f"differs after the rollout: {left}"
        back = loop.run(
            lambda: rollback(stage.context(), script.request), at_s=stage.world.now
        ).outcome
        if not isinstance(back, Promoted):
            return f"not rolled back: {back}"
    elif not drawn.breaks:
        return f"not promoted: {outcome}"
    after = settings(stage)
    return "" if after == before else f"was {before}, and is {after}"


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_a_drawn_service_becomes_as_its_file_says_and_what_it_was_again(chunk: int) -> None:
    wrong = {seed: said for seed in range(chunk, _DRAWS, _CHUNKS) if (said := hold(seed))}
    assert wrong == {}
