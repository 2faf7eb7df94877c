"""Resumptions that meet a live rollout or each other, and what names their command."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from cage.availability.floor import Floor
from cage.model import events, identity
from cage.model.errors import RefusedError
from cage.model.events import Event
from cage.model.outcome import Aborted, Interrupted, NothingToDo, Promoted
from cage.model.result import Result
from cage.options.access import Access
from cage.options.request import Request
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.triggers import KilledError, killed_at
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.recovery import resume
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.operations.times import stamp
from tests.rollout.crashes import AFTER_UPDATE, canaries, killed, resumed
from tests.stories import tell


def _renewed(stage: Stage, *, for_s: float) -> None:
    """The rollout lives on: its canary's lease is renewed."""
    world, ends_s = stage.world, stage.world.now + for_s
    (task,) = [t for t in world.tasks.all.values() if t.id in canaries(stage)]

    def renew() -> None:
        if world.now < ends_s:
            task.tags[identity.LEASE_TAG] = identity.lease(stamp(world.now))
            world.engine.after(30, renew)

    renew()


def test_a_live_rollout_is_not_resumed_and_named_with_its_lease() -> None:
    script, stage = killed("DescribeTasks")
    _renewed(stage, for_s=2000)
    before = len(stage.api.calls)
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Aborted)
    assert "it is renewing its lease, now until 09:" in result.outcome.message
    assert not {"RunTask", "UpdateService", "StopTask"} & set(stage.api.calls[before:])


def test_it_waits_for_the_end_of_a_live_rollout_if_asked_to() -> None:
    _, stage = killed("DescribeTasks")
    _renewed(stage, for_s=200)
    request = Request(REGION, "main", "web", wait_for_turn_s=1000)
    result = loop.run(
        lambda: resume(stage.context(Journal("later")), request), at_s=stage.world.now
    )
    assert isinstance(result.outcome, Promoted)
    assert canaries(stage) == []


@pytest.mark.parametrize("locked", [False, True], ids=["free", "locked"])
@pytest.mark.parametrize("where", [{"at": "DescribeTasks"}, AFTER_UPDATE], ids=["before", "after"])
@pytest.mark.parametrize("apart_s", [0.0, 0.4, 3.0])
def test_of_two_that_resume_at_once_one_wins(
    where: dict[str, Any], apart_s: float, *, locked: bool
) -> None:
    _, stage = killed(**where)
    results: dict[str, Result] = {}
    told: list[Event] = []
    request = Request(REGION, "main", "web", lock_as="us" if locked else None)

    async def one(name: str, after_s: float) -> None:
        await clock.sleep(after_s)
        results[name] = await resume(stage.context(Journal(name, (told.append,))), request)

    async def both() -> None:
        async with background() as tasks:
            tasks.start_soon(one, "first", 0.0)
            tasks.start_soon(one, "second", apart_s)

    loop.run(both, at_s=stage.world.now)
    outcomes = [r.outcome for r in results.values()]
    assert sum(isinstance(o, Promoted) for o in outcomes) >= 1, results
    assert all(isinstance(o, Promoted | Aborted | NothingToDo) for o in outcomes), results
    assert stage.api.done.count("UpdateService") == 1
    assert all(r.left_behind == () for r in results.values())
    assert canaries(stage) == []


def test_a_resumption_that_is_killed_is_resumed_in_turn() -> None:
    script, stage = killed(**AFTER_UPDATE)
    killed_at("DescribeTargetHealth", after="TagResource")(stage)
    with pytest.raises(KilledError):
        resumed(script, stage)
    stage.killed = False
    result, _ = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    assert canaries(stage) == []


def test_a_signal_after_the_update_names_the_command_that_carries_on() -> None:
    interruption = Interruption()

    def sink(event: Event) -> None:
        if isinstance(event, events.ServiceUpdated):
            interruption("SIGTERM")

    story = tell(interruption=interruption, sink=sink)
    assert isinstance(story.outcome, Interrupted)
    (finished,) = story.all(events.OperationFinished)
    assert finished.resume == "cage resume --region us-east-1 --cluster main --service web"
    result, _ = resumed(SHAPES["fargate"](), story.act.stage)
    # Its clean-up removed the canary; the deployment completed by itself meanwhile.
    assert isinstance(result.outcome, NothingToDo | Promoted)


def test_a_signal_before_the_update_leaves_nothing_to_resume() -> None:
    interruption = Interruption()

    def sink(event: Event) -> None:
        if isinstance(event, events.CanaryStarted):
            interruption("SIGINT")

    story = tell(interruption=interruption, sink=sink)
    assert isinstance(story.outcome, Interrupted)
    (finished,) = story.all(events.OperationFinished)
    assert finished.resume == ""


def test_a_clean_up_that_was_cut_short_names_it_too() -> None:
    interruption = Interruption()

    def sink(event: Event) -> None:
        if isinstance(event, events.CheckPassed) and event.check == "target-health":
            interruption("SIGINT")
        if isinstance(event, events.CanaryDeregistered):
            interruption("SIGINT")
            interruption("SIGINT")

    story = tell(interruption=interruption, sink=sink)
    assert story.act.result is not None
    assert story.act.result.left_behind
    assert story.act.result.resume.startswith("cage sweep ")
    result, _ = resumed(SHAPES["fargate"](), story.act.stage)
    assert isinstance(result.outcome, Promoted)
    assert canaries(story.act.stage) == []


def test_the_command_keeps_what_decides_how_it_goes_on() -> None:
    request = Request(
        REGION,
        "main",
        "web",
        update_service=True,
        on_failure="keep",
        lock_as="us",
        floor=Floor(count=2),
        directory="deploy/my web",
        access=Access(profile="p", endpoint_url="http://127.0.0.1:1"),
    )
    place = "--region us-east-1 --cluster main --service web --profile p"
    assert request.naming == f"{place} --endpoint-url http://127.0.0.1:1"
    assert request.resume_command == (
        f"cage resume 'deploy/my web' {request.naming} --update-service "
        "--on-failure keep --floor 2 --lock"
    )


def test_a_gateway_without_parameter_store_refuses_the_lock() -> None:
    stage = SHAPES["fargate"]().stage()
    request = Request(REGION, "main", "web", lock_as="us")

    async def without() -> Result:
        context = stage.context(Journal("x"))
        gateway = dataclasses.replace(context.gateway, parameters=None)
        return await resume(dataclasses.replace(context, gateway=gateway), request)

    result = loop.run(without, at_s=stage.world.now)
    assert isinstance(result.outcome, Aborted)
    assert result.outcome.reason == RefusedError.__name__.removesuffix("Error")


@pytest.mark.parametrize("where", [{"at": "DescribeTasks"}, AFTER_UPDATE], ids=["before", "after"])
def test_the_lock_of_the_dead_rollout_is_taken_over_with_it(where: dict[str, Any]) -> None:
    # It dies between two renewals of the lock: one that is seen late looks alive.
    script, stage = killed(**where, lock_as="rehearsal", timeouts=Timeouts(idle_s=5))
    result, told = resumed(script, stage)
    assert isinstance(result.outcome, Promoted)
    (taken,) = [e for e in told if isinstance(e, events.LockTaken)]
    (found,) = [e for e in told if isinstance(e, events.UnfinishedFound)]
    assert taken.at < found.at
    assert canaries(stage) == []
