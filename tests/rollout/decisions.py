"""A rollout in the simulator, and somebody elsewhere who decides about it meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cage.checks.approve import ApproveSettings
from cage.checks.requests import Requested
from cage.context import Context
from cage.model.errors import CageError
from cage.model.events import Event
from cage.model.result import Result
from cage.options.request import Request
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.rollout import rollout
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.decisions import Decisions
from cage.runtime.journal import Journal
from ecs_simulator import loop

E = TypeVar("E")

ASKED = Requested(approve=ApproveSettings(timeout_s=600))


@dataclasses.dataclass(frozen=True)
class Told:
    """How it went, and what whoever decided was told, in order."""

    stage: Stage
    result: Result
    events: list[Event]
    answers: list[object]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


class Alice:
    """A fake of what knows who calls."""

    async def caller(self) -> str:
        return "arn:aws:sts::123456789012:assumed-role/Deployer,eu/alice"


def tell(  # noqa: PLR0913  a story has many circumstances
    decide: Callable[[Context, Stage], Awaitable[object]],
    when: type[Event],
    after_s: float = 20.0,
    *,
    shape: str = "fargate",
    checks: Requested = ASKED,
    decisions: Decisions | None = None,
    wait_for_turn_s: float | None = None,
    prepare: Callable[[Stage], object] | None = None,
    seed: int = 0,
) -> Told:
    """Roll out; somebody decides so many seconds after the first event of a kind."""
    script = SHAPES[shape]().but(seed=seed, checks=checks)
    stage = script.stage()
    if prepare is not None:
        prepare(stage)
    told: list[Event] = []
    answers: list[object] = []
    results: list[Result] = []
    request = Request(
        REGION,
        stage.cluster,
        stage.service_name,
        task_definition=script.task_definition,
        canary_instance=script.request.canary_instance,
        checks=checks,
        wait_for_turn_s=wait_for_turn_s,
    )
    for name in checks.alarms:
        stage.world.alarms.states[name] = "OK"

    async def somebody() -> None:
        while not any(isinstance(event, when) for event in told):
            await clock.sleep(1.0)
        await clock.sleep(after_s)
        context = stage.context()
        gateway = dataclasses.replace(context.gateway, prerequisites=Alice())  # type: ignore[arg-type]
        context = dataclasses.replace(context, gateway=gateway)
        try:
            answers.append(await decide(context, stage))
        except CageError as error:
            answers.append(error)

    async def both() -> None:
        async with background() as tasks:
            tasks.start_soon(somebody)
            journal = Journal("r1", (told.append,))
            taking = decisions or Decisions()
            results.append(await rollout(stage.context(journal), request, taking))

    loop.run(both, at_s=stage.world.now)
    return Told(stage, results[0], told, answers)
