"""A service that doesn't exist ends every operation alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cage.aws.shapes import EcsShapes
from cage.comparison.init import init
from cage.context import Context
from cage.model.errors import NotFoundError
from cage.model.outcome import Aborted
from cage.model.result import Result
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rollout import sweep
from cage.rollout.abort import abort
from cage.rollout.approval import promote
from cage.rollout.preflight import verify
from cage.rollout.previous_revision import look as look_back
from cage.rollout.recovery import resume
from cage.rollout.rollback import rollback
from cage.rollout.rollout import rollout
from cage.rollout.status import look, watch
from ecs_simulator import loop

TEXT = (
    "Service shop not found in cluster main.",
    "ECS reports it as MISSING in Region us-east-1.",
    "Check --service, --cluster and --region. To create the service, run: cage up",
)


async def _watched(context: Context, _: Request) -> None:
    async for _seen in watch(context):
        pass


QUESTIONS: dict[str, Callable[[Context, Request], Awaitable[object]]] = {
    "verify": verify,
    "init": lambda context, _: init(context.service, EcsShapes()),
    "status": lambda context, _: look(context),
    "status --watch": _watched,
    "promote": lambda context, _: promote(context),
    "abort": lambda context, _: abort(context),
    "sweep": lambda context, _: sweep.find(context),
    "rollback, asked": lambda context, _: look_back(context, None),
}


def _told(operation: Callable[[Context, Request], Awaitable[Any]]) -> Any:
    script = SHAPES["fargate"]()
    stage = script.stage()
    request = dataclasses.replace(script.request, service="shop")

    async def told() -> Any:
        return await operation(stage.context().at("shop"), request)

    return loop.run(told, at_s=stage.world.now)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_it_is_one_error(name: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        _told(QUESTIONS[name])
    assert caught.value.lines() == TEXT


@pytest.mark.parametrize("operation", [rollout, resume, rollback])
def test_an_operation_on_it_is_aborted_with_the_same_words(
    operation: Callable[[Context, Request], Awaitable[Result]],
) -> None:
    outcome = _told(operation).outcome
    assert isinstance(outcome, Aborted)
    assert (outcome.message, outcome.remedy) == (f"{TEXT[0]} {TEXT[1]}", TEXT[2])
    assert outcome.reason == "ServiceNotFoundException"
