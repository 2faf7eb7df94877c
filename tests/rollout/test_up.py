"""Creating a service."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from cage.model import events
from cage.model.outcome import Aborted, Promoted, StillFinishing, Unproven
from cage.model.result import Result
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.up import up
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.world import ApiError

if TYPE_CHECKING:
    from ecs_simulator.world.task_entities import SimTask


def _create(stage: Stage, service: str = "web") -> Result:
    told: list[events.Event] = []

    async def main() -> Result:
        request = Request(
            region=REGION,
            cluster=stage.cluster,
            service=service,
            task_definition=stage.task_definition,
            service_definition=stage.definition,
        )
        return await up(stage.context(Journal("test", (told.append,))), request)

    result = loop.run(main, at_s=stage.world.now)
    assert isinstance(told[-1], events.OperationFinished)
    return result


def _stage() -> Stage:
    script = SHAPES["fargate"]()
    return Stage(script.service, script.task_definition)


def test_a_service_is_created_and_proven_steady() -> None:
    stage = _stage()
    result = _create(stage)
    assert isinstance(result.outcome, Promoted)
    assert stage.world.healthy_targets(stage.service) == 3
    assert result.service is not None
    assert result.service.name == "web"
    assert result.task_definition is not None
    assert result.task_definition.number == 1
    assert result.start_time < result.end_time


@pytest.mark.parametrize("status", ["ACTIVE", "DRAINING"])
def test_a_service_that_exists_is_refused_before_anything_is_registered(status: str) -> None:
    stage = _stage()
    stage.bring_up()
    stage.service.status = status
    before = len(stage.api.calls)
    result = _create(stage)
    assert isinstance(result.outcome, Aborted)
    assert result.service_intact
    assert stage.api.calls[before:] == ["DescribeServices"]


def test_an_inactive_service_is_created_anew() -> None:
    stage = _stage()
    stage.bring_up()
    stage.call("delete_service", cluster="main", service="web", force=True)
    stage.world.run_until(stage.world.now + 600)
    assert stage.service.status == "INACTIVE"
    assert isinstance(_create(stage).outcome, Promoted)


def test_a_service_whose_tasks_crash_is_not_called_steady() -> None:
    stage = _stage()

    def behave(task: SimTask) -> None:
        task.plan.exits.append(("", 2.0, 1, ""))

    stage.world.tasks.behaviors.append(behave)
    outcome = _create(stage).outcome
    assert isinstance(outcome, Unproven)
    assert dataclasses.asdict(outcome)["message"]


@pytest.mark.parametrize("calls", range(6))
def test_credentials_that_expire_at_any_call_leave_a_true_last_word(calls: int) -> None:
    stage = _stage()
    made: list[str] = []

    def gate(name: str, _: object) -> None:
        made.append(name)
        if len(made) > calls:
            raise ApiError("ExpiredTokenException", "The security token is expired")

    stage.world.gates.append(gate)
    result = _create(stage)
    created = (stage.cluster, "web") in stage.world.services
    assert isinstance(result.outcome, StillFinishing if created else Aborted)
    assert result.resume == (
        "cage resume --region us-east-1 --cluster main --service web" if created else ""
    )
